// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Bench;

/// <summary>What the machine itself can do between the same two processes. Each comes as the host's half, which
/// measures, and the peer's half.</summary>
internal static unsafe class Baselines
{
    /// <summary>Round trips a sample: a clock reading costs a good part of one.</summary>
    public const int RoundsPerSample = 16;

    private const int LineBytes = 128;
    private const int SlotBytes = 512;
    private const int SlotCount = 256;
    private const int PublishEvery = 16;
    private const int SlotsOffset = 4096;

    /// <summary>Bounces a cache line: the least that a message between two cores can cost. Nanoseconds a
    /// round.</summary>
    public static void CacheLineHost(BenchWires wires, int count, Samples samples)
    {
        var mine = (Line*)wires.Area;
        var theirs = (Line*)(wires.Area + LineBytes);
        uint round = 0;
        for (int sample = 0; sample < count / RoundsPerSample; sample++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < RoundsPerSample; i++)
            {
                mine->Value = ++round;
                while (theirs->Value != round)
                {
                    Pause();
                }
            }

            samples.Add(start, RoundsPerSample);
        }
    }

    public static void CacheLinePeer(BenchWires wires, int count)
    {
        var mine = (Line*)(wires.Area + LineBytes);
        var theirs = (Line*)wires.Area;
        int rounds = count / RoundsPerSample * RoundsPerSample;
        for (uint round = 1; round <= (uint)rounds; round++)
        {
            while (theirs->Value != round)
            {
                Pause();
            }

            mine->Value = round;
        }
    }

    public static void ResetLines(BenchWires wires) => new Span<byte>(wires.Area, SlotsOffset).Clear();

    public static void EventFdHost(BenchWires wires, int count, Samples samples)
        => Bounce(wires.Ring, wires.Rung, sizeof(ulong), count, samples);

    public static void EventFdPeer(BenchWires wires, int count)
        => BounceBack(wires.Ring, wires.Rung, sizeof(ulong), count);

    public static void StreamSocketHost(BenchWires wires, int count, Samples samples)
        => Bounce(wires.Stream, wires.Stream, 1, count, samples);

    public static void StreamSocketPeer(BenchWires wires, int count)
        => BounceBack(wires.Stream, wires.Stream, 1, count);

    /// <summary>Sends messages one way; the peer's end of it is told over the control socket.</summary>
    public static void Send(int descriptor, int sizeBytes, int count)
    {
        byte* payload = stackalloc byte[sizeBytes];
        new Span<byte>(payload, sizeBytes).Clear();
        for (int i = 0; i < count; i++)
        {
            BenchInterop.WriteAll(descriptor, payload, sizeBytes);
        }
    }

    public static void Receive(int descriptor, int sizeBytes, int count)
    {
        byte* payload = stackalloc byte[sizeBytes];
        for (int i = 0; i < count; i++)
        {
            BenchInterop.ReadAll(descriptor, payload, sizeBytes);
        }
    }

    /// <summary>Copies payloads into the slots of a ring that is nothing but memory and two counters. They lie as a
    /// link's payloads do, behind a header's room.</summary>
    public static void CopyIn(BenchWires wires, int sizeBytes, int count)
    {
        var head = (Line*)wires.Area;
        var tail = (Line*)(wires.Area + LineBytes);
        byte[] source = new byte[SlotBytes];
        uint freeUntil = SlotCount;
        for (uint i = 0; i < (uint)count; i++)
        {
            while (i == freeUntil)
            {
                Pause();
                head->Value = i;
                freeUntil = tail->Value + SlotCount;
            }

            source.AsSpan(0, sizeBytes).CopyTo(new Span<byte>(SlotOf(wires, i), sizeBytes));
            if (i % PublishEvery == PublishEvery - 1)
            {
                head->Value = i + 1;
            }
        }

        head->Value = (uint)count;
    }

    public static void CopyOut(BenchWires wires, int sizeBytes, int count)
    {
        var head = (Line*)wires.Area;
        var tail = (Line*)(wires.Area + LineBytes);
        byte[] target = new byte[SlotBytes];
        uint seen = 0;
        for (uint i = 0; i < (uint)count; i++)
        {
            while (i == seen)
            {
                Pause();
                tail->Value = i;
                seen = head->Value;
            }

            new ReadOnlySpan<byte>(SlotOf(wires, i), sizeBytes).CopyTo(target);
            if (i % PublishEvery == PublishEvery - 1)
            {
                tail->Value = i + 1;
            }
        }
    }

    /// <summary>Copies payloads within one process: from one warm buffer to another. Seconds for all.</summary>
    public static double CopyLocally(int sizeBytes, int count)
    {
        byte[] source = new byte[SlotBytes];
        byte[] target = new byte[SlotBytes];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            CopyOnce(source, target, sizeBytes);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CopyOnce(byte[] source, byte[] target, int sizeBytes)
        => source.AsSpan(0, sizeBytes).CopyTo(target);

    private static byte* SlotOf(BenchWires wires, uint index)
        => wires.Area + SlotsOffset + (index % SlotCount * SlotBytes) + RpmsgHeader.SizeBytes;

    private static void Bounce(int ring, int rung, int bytes, int count, Samples samples)
    {
        ulong value = 1;
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            value = 1;
            BenchInterop.WriteAll(ring, &value, bytes);
            BenchInterop.ReadAll(rung, &value, bytes);
            samples.Add(start, 1);
        }
    }

    private static void BounceBack(int ring, int rung, int bytes, int count)
    {
        ulong value = 0;
        for (int i = 0; i < count; i++)
        {
            BenchInterop.ReadAll(rung, &value, bytes);
            value = 1;
            BenchInterop.WriteAll(ring, &value, bytes);
        }
    }

    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = LineBytes)]
    private struct Line
    {
        public volatile uint Value;
    }
}
