// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A flip-flop trace buffer with both its ends.</summary>
internal sealed unsafe class FlipFlopBuffer : IDisposable
{
    public const ulong Origin = 0x4000;
    public const uint NotifyId = 7;

    private readonly byte[] _scratch = new byte[256];

    // Fields, since calls on a property of struct type would change a copy.
    public FlipFlopTraceWriter<TestPlatform> Writer;
    public FlipFlopTraceReader<TestPlatform> Reader;

    public FlipFlopBuffer(uint lengthBytes)
    {
        Memory = new GuardedMemory(lengthBytes);
        LengthBytes = lengthBytes;
        Machine = new TestMachine(new SharedRegion(Memory.Start, lengthBytes, new DeviceAddress(Origin)));
        StartRemote();
        StartHost();
    }

    public GuardedMemory Memory { get; }

    public uint LengthBytes { get; }

    public TestMachine Machine { get; }

    public uint Word(int offset) => *(uint*)(Memory.Start + offset);

    public void SetWord(int offset, uint value) => *(uint*)(Memory.Start + offset) = value;

    public void StartRemote()
        => Assert.True(FlipFlopTrace.TryCreateWriter(
            new TestPlatform(Machine), new DeviceAddress(Origin), LengthBytes, NotifyId, out Writer));

    public void StartHost()
        => Assert.True(FlipFlopTrace.TryCreateReader(
            new TestPlatform(Machine), new DeviceAddress(Origin), LengthBytes, out Reader));

    /// <summary>Reads all there is: text as it is, and each gap as "{bytes,lines}", each restart as "!".</summary>
    public string ReadAll(int pieceBytes = 256)
    {
        string all = "";
        while (Reader.Read(_scratch.AsSpan(0, pieceBytes), out FlipFlopTraceRead read) == FlipFlopTraceStatus.News)
        {
            all += read.IsRestart ? "!" : "";
            all += read.IsBroken ? "?" : "";
            all += read.LostBytes > 0 ? $"{{{read.LostBytes},{read.LostLines}}}" : "";
            all += System.Text.Encoding.ASCII.GetString(_scratch, 0, read.LengthBytes);
        }

        return all;
    }

    public void Dispose() => Memory.Dispose();
}
