// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware;

/// <summary>The program of a remote processor: what it does with its link. All else is
/// <see cref="Remote{TBoard}"/>'s.</summary>
/// <remarks>A struct, whose fields are the program's memory: they are zero each time a link begins. Everything runs on
/// the one thread there is, interrupts aside.</remarks>
/// <typeparam name="TSelf">The program itself.</typeparam>
/// <typeparam name="TBoard">The board.</typeparam>
public interface IFirmware<TSelf, TBoard>
    where TSelf : struct, IFirmware<TSelf, TBoard>
    where TBoard : struct, IBoard
{
    /// <summary>How often <see cref="OnTick"/> is wanted, in milliseconds, at most 500; 0 for never.</summary>
    static virtual uint TickMilliseconds => 0;

    /// <summary>Whether the host may ask for an end, and get an answer before it stops the processor.</summary>
    static virtual bool HasShutdownService => true;

    /// <summary>Whether <see cref="OnNameService"/> is wanted.</summary>
    static virtual bool HearsNameService => false;

    /// <summary>Whether messages to addresses without an endpoint come to <see cref="OnMessage"/> too, announcements
    /// included.</summary>
    static virtual bool TakesEveryAddress => false;

    /// <summary>Called once, before the host is waited for: for what the program needs before any link, such as
    /// <see cref="FlipFlopLog{TBoard}.Start"/>.</summary>
    static virtual void Prepare()
    {
    }

    /// <summary>A link begins: create the endpoints.</summary>
    /// <param name="remote">The link.</param>
    void Start(ref Remote<TBoard> remote);

    /// <summary>A message came for an endpoint.</summary>
    /// <param name="remote">The link.</param>
    /// <param name="message">The message. It lies in memory that the host can still write: copy what decisions depend
    /// on.</param>
    void OnMessage(ref Remote<TBoard> remote, in RpmsgDelivery message);

    /// <summary>The host announced an endpoint of its own, or took it back; see <see cref="HearsNameService"/>.
    /// </summary>
    /// <param name="self">The program.</param>
    /// <param name="remote">The link.</param>
    /// <param name="message">What it said.</param>
    static virtual void OnNameService(ref TSelf self, ref Remote<TBoard> remote, in NameServiceMessage message)
    {
    }

    /// <summary>Whether the program can take a message now. While it cannot, none is taken from the host, whose ring
    /// fills up: that is how back-pressure reaches it.</summary>
    /// <param name="self">The program.</param>
    /// <returns><see langword="true"/> by default.</returns>
    static virtual bool IsReady(ref TSelf self) => true;

    /// <summary>Called each time around, before the next message is taken: for what a program does besides answering.
    /// </summary>
    /// <param name="self">The program.</param>
    /// <param name="remote">The link.</param>
    /// <returns>Whether there is more to do; else the processor sleeps when no message waits.</returns>
    static virtual bool Work(ref TSelf self, ref Remote<TBoard> remote) => false;

    /// <summary>Time has passed; see <see cref="TickMilliseconds"/>.</summary>
    /// <param name="self">The program.</param>
    /// <param name="remote">The link.</param>
    static virtual void OnTick(ref TSelf self, ref Remote<TBoard> remote)
    {
    }

    /// <summary>An interrupt came that is neither the doorbell's nor the tick's. Runs between any two instructions of
    /// the rest.</summary>
    /// <param name="number">Its number on this board.</param>
    static virtual void OnInterrupt(int number) => Panic.Because(PanicCause.Unexpected);
}
