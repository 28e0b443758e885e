// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Text;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Trace;
using static OpenAmp.Fuzz.Tests.InvariantException;

namespace OpenAmp.Fuzz.Tests;

/// <summary>A trace buffer that the remote writes anything into, while the host follows it.</summary>
/// <remarks>
/// <para>The input is what the remote does: its first byte chooses the method and the length of the buffer, then come
/// writes {offset, length, bytes}, each followed by a look, some by a step of the clock.</para>
/// <para>For every input: nothing throws; a look ends after a bounded number of lines, none longer than allowed and
/// none with a control character. The host writes nothing to a text buffer, its own line only to a flip-flop buffer,
/// and never a byte beside it. After the end the buffer is not looked at.</para>
/// </remarks>
public static class TraceTarget
{
    private const int MaxLineBytes = 64;
    private const int HostLineAt = 64;
    private const int HostLineBytes = 64;

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        bool isFlipFlop = (input[0] & 1) != 0;
        int length = isFlipFlop ? (int)FlipFlopTraceLayout.MinLengthBytes + (input[0] & 0xfe) : 1 + (input[0] >> 1);
        using TraceBuffer buffer = new(length);
        TraceClock clock = new();
        var options = new TraceFollowerOptions { MaxLineBytes = MaxLineBytes, TimeProvider = clock };
        using TraceFollower follower = isFlipFlop
            ? TraceFollower.FollowFlipFlop(buffer.Region, TraceBuffer.Address, (ulong)length, options)
            : TraceFollower.FollowText(buffer.Region, TraceBuffer.Address, (ulong)length, options);
        Play(input[1..], buffer, clock, follower, isFlipFlop);
    }

    private static void Play(
        ReadOnlySpan<byte> script, TraceBuffer buffer, TraceClock clock, TraceFollower follower, bool isFlipFlop)
    {
        while (script.Length >= 4)
        {
            int at = BinaryPrimitives.ReadUInt16LittleEndian(script) % buffer.LengthBytes;
            int count = Math.Min(Math.Min(script[2], script.Length - 4), buffer.LengthBytes - at);
            script.Slice(4, count).CopyTo(buffer.Bytes[at..]);
            clock.Advance(TimeSpan.FromMilliseconds(100 * (script[3] & 15)));
            if ((script[3] & 16) != 0)
            {
                follower.Notify();
            }

            Look(buffer, follower, isFlipFlop);
            script = script[(4 + count)..];
        }

        ValueTask drain = follower.DrainAsync();
        ThrowUnless(drain.IsCompletedSuccessfully, "the last look does not wait");
        buffer.Bytes.Fill((byte)'!');
        ReadLines(buffer, follower);
        ThrowUnless(!buffer.Bytes.ContainsAnyExcept((byte)'!'), "after the end the buffer is not written");
    }

    private static void Look(TraceBuffer buffer, TraceFollower follower, bool isFlipFlop)
    {
        Span<byte> before = stackalloc byte[buffer.LengthBytes];
        buffer.Bytes.CopyTo(before);
        ReadLines(buffer, follower);
        Span<byte> after = buffer.Bytes;
        if (isFlipFlop)
        {
            before.Slice(HostLineAt, HostLineBytes).Clear();
            Span<byte> line = stackalloc byte[HostLineBytes];
            after.Slice(HostLineAt, HostLineBytes).CopyTo(line);
            after.Slice(HostLineAt, HostLineBytes).Clear();
            ThrowUnless(after.SequenceEqual(before), "the host writes its own line only");
            line.CopyTo(after[HostLineAt..]);
        }
        else
        {
            ThrowUnless(after.SequenceEqual(before), "the host writes nothing");
        }

        ThrowUnless(buffer.IsFrameIntact, "nothing beside the buffer changes");
    }

    private static void ReadLines(TraceBuffer buffer, TraceFollower follower)
    {
        int lines = 0;
        while (follower.TryReadLine(out TraceLine line))
        {
            ThrowUnless(++lines <= 16 + (8 * buffer.LengthBytes), "a look comes to an end");

            // A byte that is no text becomes a character of three.
            ThrowUnless(Encoding.UTF8.GetByteCount(line.Text) <= 3 * MaxLineBytes, $"a line is short: {line.Text}");
            foreach (char item in line.Text)
            {
                ThrowUnless(item == '\t' || !char.IsControl(item), "a line has no control character");
            }
        }
    }
}
