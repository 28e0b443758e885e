// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OpenAmp.Firmware.Devices;
using OpenAmp.Firmware.Services;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Demo;

/// <summary>The remote's part in every step of the tool's demo, in any order and as often as hosts come: echo (also
/// for ping, flood and their forms without copies), the sample, matrices, and a crash on demand.</summary>
/// <remarks>A request for a product is known by its length and by the orders of its matrices, which no message of
/// ping or flood has where it has that length.</remarks>
internal struct DemoService : IFirmware<DemoService, Board>
{
    private const uint ShutdownMessage = 0xEF56_A55A;
    private const uint SampleCount = 100;
    private const uint NobodysAddress = 0x10;

    private uint _echo;
    private uint _sample;
    private uint _crash;
    private uint _echoed;
    private uint _multiplied;
    private uint _greeted;
    private Heartbeat<Board> _heartbeat;

    public static uint TickMilliseconds => 100;

    public static bool HearsNameService => true;

    private static ReadOnlySpan<byte> EchoName => "rpmsg-openamp-demo-channel"u8;

    private static ReadOnlySpan<byte> SampleName => "rpmsg-client-sample"u8;

    public void Start(ref Remote<Board> remote)
    {
        _echo = remote.Offer(EchoName);
        _sample = remote.Offer(SampleName);
        _crash = remote.Offer("openamp-demo-crash"u8);
        _heartbeat.Start(ref remote);
        FirmwareTrace.Write("link is up\n"u8);
    }

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        if (message.Destination == _crash)
        {
            FirmwareTrace.Write("asked to crash: these are my last words\n"u8);
            Crash();
        }
        else if (message.Destination == _sample)
        {
            Greet(ref remote, message);
        }
        else if (message.Destination == _echo)
        {
            Answer(ref remote, message);
        }
    }

    public static void OnNameService(ref DemoService self, ref Remote<Board> remote, in NameServiceMessage message)
        => self.Hear(ref remote, message);

    public static void OnTick(ref DemoService self, ref Remote<Board> remote) => self._heartbeat.Beat(ref remote);

    /// <summary>Writes where nothing is: the fault is the processor's, and it tells more than a word of ours.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Crash()
    {
        // SAFETY: there is none: the first page is nobody's, which is what this shows.
        Register32.At(NobodysAddress)->Write(1);

        // On a board that cannot protect it.
        Panic.With("asked to crash"u8);
    }

    private void Answer(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        if (message.LengthBytes == MatrixService.RequestBytes && TryMultiply(ref remote, message))
        {
            return;
        }

        if (message.LengthBytes >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(message.Payload) == ShutdownMessage)
        {
            Report();
            remote.Withdraw(EchoName, _echo);
            remote.Renew(EchoName, _echo);
            return;
        }

        _echoed = unchecked(_echoed + 1);
        _ = remote.Reply(message, message.Payload);
    }

    private bool TryMultiply(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        Span<byte> product = stackalloc byte[MatrixService.ReplyBytes];
        bool isRequest = MatrixService.TryAnswer(message.Payload, product);
        if (isRequest)
        {
            _multiplied = unchecked(_multiplied + 1);
            _ = remote.Reply(message, product);
        }

        return isRequest;
    }

    private void Greet(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        _ = remote.Reply(message, message.Payload);
        if (++_greeted == SampleCount)
        {
            _greeted = 0;
            FirmwareTrace.Write("sample: 100 messages answered\n"u8);
            remote.Withdraw(SampleName, _sample);
        }
    }

    /// <summary>A host that has destroyed its end looks for the service anew when it comes again.</summary>
    private void Hear(ref Remote<Board> remote, in NameServiceMessage message)
    {
        _heartbeat.OnNameService(message);
        if (!message.IsDestroy)
        {
            return;
        }

        if (ServiceName.Is(message, EchoName))
        {
            Report();
            remote.Renew(EchoName, _echo);
        }
        else if (ServiceName.Is(message, SampleName))
        {
            remote.Renew(SampleName, _sample);
        }
    }

    private void Report()
    {
        TraceText.Write(_echoed, " messages echoed, "u8);
        TraceText.Write(_multiplied, " products sent\n"u8);
    }
}
