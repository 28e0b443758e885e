// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class CrashTests
{
    private const int ArmPcAt = 72 + (15 * 4);
    private const int Arm64PcAt = 112 + (32 * 8);

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an500")]
    [InlineData("mps2-an521")]
    public async Task AHardFaultIsToldWithItsPlaceAndRecoveredFrom(string name)
    {
        TraceList trace = new();
        using MemoryStream dump = new();
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name, Dumping(dump, trace));
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        RemoteCrash crash = await board.CrashAsync("undefined");
        Assert.Contains("HardFault at 0x", crash.Message, StringComparison.Ordinal);
        Assert.Matches(@" in [A-Za-z_]+\+0x[0-9a-f]+ \([a-z-]+\.c:[0-9]+\)", crash.Message);
        await back;
        await board.GreetAsync("after the crash");
        Assert.Contains(trace.Lines, line => line.Contains("panic", StringComparison.OrdinalIgnoreCase)
            || line.Contains("HardFault", StringComparison.OrdinalIgnoreCase));
        AssertProgramCounter(dump, ArmPcAt, wide: false, board);
    }

    [Fact]
    public async Task ABusErrorIsToldWithItsAddress()
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("mps2-an521");
        RemoteCrash crash = await board.CrashAsync("badread");
        Assert.Contains("fault address 0xf0000000", crash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExceptionOnAArch64IsToldAndRecoveredFrom()
    {
        using MemoryStream dump = new();
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("virt-a53", Dumping(dump));
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        RemoteCrash crash = await board.CrashAsync("undefined");
        Assert.Contains("Synchronous exception at 0x", crash.Message, StringComparison.Ordinal);
        await back;
        await board.GreetAsync("after the crash");
        AssertProgramCounter(dump, Arm64PcAt, wide: true, board);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an521")]
    public async Task ALockupIsToldWithItsRegistersAndRecoveredFrom(string name)
    {
        using MemoryStream dump = new();
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name, Dumping(dump));
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        RemoteCrash crash = await board.CrashAsync("lockup");
        Assert.Contains("locked up", crash.Message, StringComparison.Ordinal);
        await back;
        await board.GreetAsync("after the crash");
        AssertProgramCounter(dump, ArmPcAt, wide: false, board);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task AResetByTheFirmwareIsACrashAndRecoveredFrom(string name)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(
            name, new() { Recovery = RecoveryPolicy.Always });
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        RemoteCrash crash = await board.CrashAsync("reset");
        Assert.Equal(CrashKind.Exited, crash.Kind);
        Assert.Contains("reset the board", crash.Message, StringComparison.Ordinal);
        await back;
        await board.GreetAsync("after the reset");
    }

    [Fact]
    public async Task AHangIsFoundByACounterThatStandsStill()
    {
        // The used ring of the second vring: it counts while messages come.
        var counter = new WatchdogOptions
        {
            Counter = new DeviceAddress(0x2160_3000),
            Timeout = TimeSpan.FromSeconds(3),
        };
        using MemoryStream dump = new();
        RemoteProcessorOptions options = Dumping(dump) with
        {
            Watchdog = counter,
            Recovery = RecoveryPolicy.AtMost(1, TimeSpan.FromHours(1)),
        };
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("mps2-an386", options);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < 2 * counter.Timeout;)
        {
            await board.GreetAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), board.Token);
        }

        Assert.Null(board.Processor.LastCrash);
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        RemoteCrash crash = await board.CrashAsync("hang");
        Assert.Equal(CrashKind.Watchdog, crash.Kind);
        await back;
        await board.GreetAsync("after the hang");
        AssertProgramCounter(dump, ArmPcAt, wide: false, board);
    }

    [Fact]
    public async Task AKilledEmulatorIsACrashAndRecoveredFrom()
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(
            "mps2-an386", new() { Recovery = RecoveryPolicy.Always });
        Task crashed = board.Processor.WaitForChangeAsync(RemoteProcessorState.Crashed, board.Token);
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        Process.GetProcessById(board.Driver.ProcessId!.Value).Kill();
        await crashed;
        Assert.Contains("QEMU ", board.Processor.LastCrash!.Message, StringComparison.Ordinal);
        Assert.Contains("SIGKILL", board.Processor.LastCrash.Message, StringComparison.Ordinal);
        await back;
        await board.GreetAsync();
    }

    [Fact]
    public async Task ADumpOfARunningBoardHasItsRegisters()
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("mps2-an386");
        await board.GreetAsync();
        using MemoryStream dump = new();
        await board.Processor.DumpAsync(dump, board.Token);
        await board.GreetAsync();
        AssertProgramCounter(dump, ArmPcAt, wide: false, board);
    }

    private static RemoteProcessorOptions Dumping(MemoryStream dump, TraceList? trace = null) => new()
    {
        Recovery = RecoveryPolicy.Always,
        TraceSinks = trace is null ? [] : [trace],
        CoreDump = new CoreDumpOptions
        {
            Mode = CoreDumpMode.Inline,
            OpenStream = (_, _) => ValueTask.FromResult<Stream>(new Kept(dump)),
        },
    };

    private static void AssertProgramCounter(MemoryStream dump, int at, bool wide, BoardUnderTest board)
    {
        byte[] file = dump.ToArray();
        ElfImage core = ElfImage.Parse(file);
        ElfSegment notes = core.Segments.Single(segment => segment.Type == ElfSegmentType.Note);
        ElfNoteReader reader = new(
            file.AsSpan((int)notes.OffsetBytes, (int)notes.FileBytes), ElfByteOrder.LittleEndian);
        Assert.True(reader.TryRead(out ElfNote note));
        Assert.Equal(("CORE", 1u), (note.OwnerText, note.Type));
        ulong pc = wide ? BinaryPrimitives.ReadUInt64LittleEndian(note.Descriptor[at..])
            : BinaryPrimitives.ReadUInt32LittleEndian(note.Descriptor[at..]);
        QemuWindow image = board.Driver.Board.Image;
        Assert.InRange(pc, image.Address.Value, image.Address.Value + image.LengthBytes);
    }

    /// <summary>Leaves the bytes to the test.</summary>
    private sealed class Kept(MemoryStream inner) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing && inner.Length == 0)
            {
                WriteTo(inner);
            }

            base.Dispose(disposing);
        }
    }
}
