// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Firmware.Services;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.MultiServices;

/// <summary>The five services of OpenAMP's multi-services demo, as a Linux host expects them: the client sample, a
/// terminal, terminals that the host creates, raw messages, and the fixed address 1.</summary>
internal struct MultiServices : IFirmware<MultiServices, Board>
{
    private const uint FixedAddress = 1;
    private const uint SampleCount = 100;
    private const uint TerminalDigitAt = 4;

    private uint _sample;
    private uint _sampleCount;
    private uint _terminal;
    private uint _raw;
    private uint _shutdown;
    private HostTerminals _terminals;
    private Heartbeat<Board> _heartbeat;

    public static uint TickMilliseconds => 100;

    // Offered by hand: the demo's log shows the sample at 0x400, the terminal at 0x401 and raw messages at 0x402.
    public static bool HasShutdownService => false;

    public static bool HearsNameService => true;

    private static ReadOnlySpan<byte> SampleName => "rpmsg-client-sample"u8;

    public void Start(ref Remote<Board> remote)
    {
        _sample = remote.Offer(SampleName);
        _terminal = remote.Offer(HostTerminals.Name);
        _raw = remote.Offer("rpmsg-raw"u8);
        remote.Open(FixedAddress);
        _shutdown = remote.Offer("rpmsg-shutdown"u8);
        _heartbeat.Start(ref remote);
        FirmwareTrace.Write("services are up\n"u8);
    }

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        uint destination = message.Destination;
        if (destination == _sample)
        {
            AnswerSample(ref remote, message);
        }
        else if (destination == _raw || destination == FixedAddress)
        {
            AnswerRaw(ref remote, message);
        }
        else if (destination == _shutdown)
        {
            FirmwareTrace.Write("asked to end\n"u8);
            _ = remote.Reply(message, message.Payload);
            remote.End();
        }
        else if (destination == _terminal)
        {
            AnswerTerminal(ref remote, message, 0);
        }
        else if (HostTerminals.NumberOf(destination) is var number and not 0)
        {
            AnswerTerminal(ref remote, message, number);
        }
    }

    public static void OnNameService(ref MultiServices self, ref Remote<Board> remote, in NameServiceMessage message)
    {
        self._heartbeat.OnNameService(message);
        if (ServiceName.Is(message, HostTerminals.Name))
        {
            self._terminals.Hear(ref remote, message);
        }
    }

    public static void OnTick(ref MultiServices self, ref Remote<Board> remote) => self._heartbeat.Beat(ref remote);

    private void AnswerSample(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        _ = remote.Reply(message, message.Payload);
        if (_sampleCount < SampleCount && ++_sampleCount == SampleCount)
        {
            FirmwareTrace.Write("goodbye!\n"u8);
            remote.Withdraw(SampleName, _sample);
        }
    }

    private static void AnswerTerminal(ref Remote<Board> remote, in RpmsgDelivery message, uint number)
    {
        Span<byte> prefix = stackalloc byte[7];
        "TTY 0: "u8.CopyTo(prefix);
        prefix[(int)TerminalDigitAt] = (byte)('0' + number);
        PrefixedAnswer.Send(ref remote, message, prefix);
    }

    private static void AnswerRaw(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        const int FirstDigitAt = 11;
        Span<byte> prefix = stackalloc byte[17];
        "from ept 0x0000: "u8.CopyTo(prefix);
        for (int i = 0; i < 4; i++)
        {
            uint digit = (message.Destination >> (12 - (4 * i))) & 0xf;
            prefix[FirstDigitAt + i] = (byte)(digit + (digit < 10 ? '0' : 'a' - 10));
        }

        PrefixedAnswer.Send(ref remote, message, prefix);
    }
}
