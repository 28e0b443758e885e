// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Firmware.Devices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Faults;

/// <summary>Fails in the way that the first byte of a message asks for, to show and to test what the host learns of it.
/// </summary>
internal unsafe struct FaultService : IFirmware<FaultService, Board>
{
    private Heartbeat<Board> _heartbeat;

    // Beside the message's, so that the compiler cannot tell what they lead to.
    private uint _zero;
    private uint _depth;

    public static uint TickMilliseconds => 100;

    public static bool HearsNameService => true;

    public void Start(ref Remote<Board> remote)
    {
        _heartbeat.Start(ref remote);
        _zero = remote.Offer("openamp-demo-crash"u8) & 0x8000_0000;
        _depth = 0;
    }

    public static void OnNameService(
        ref FaultService self, ref Remote<Board> remote, in NameServiceMessage message)
        => self._heartbeat.OnNameService(message);

    public static void OnTick(ref FaultService self, ref Remote<Board> remote) => self._heartbeat.Beat(ref remote);

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        byte kind = message.LengthBytes > 0 ? message.Payload[0] : (byte)0;
        switch (kind)
        {
            case (byte)'n':
                // SAFETY: there is none: the first page is nobody's, which is what this shows.
                Register32.At(_zero)->Write(1);
                break;
            case (byte)'r':
                // SAFETY: as above; a read.
                _depth = Register32.At(_zero + 8)->Read();
                break;
            case (byte)'i':
                ReadOnlySpan<byte> three = [1, 2, 3];
                _depth = three[(int)_zero + 3];
                break;
            case (byte)'d':
                _depth /= _zero;
                break;
            case (byte)'o':
                _depth = checked(uint.MaxValue + _zero + 1);
                break;
            case (byte)'s':
                Recurse();
                break;
            case (byte)'j':
                // SAFETY: there is none: nothing is there to be executed.
                ((delegate* unmanaged<void>)(_zero + 0x4))();
                break;
            case (byte)'h':
                while (Register32.At((nuint)message.Buffer.Payload)->Read() != 0)
                {
                    // Hangs, until the host notices that the heart has stopped.
                }

                break;
            default:
                Panic.With("asked to crash"u8);
                break;
        }

        _ = remote.Reply(message, "survived"u8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Recurse()
    {
        _depth++;
        return Recurse() + _depth;
    }
}
