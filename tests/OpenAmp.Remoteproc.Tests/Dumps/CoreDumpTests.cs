// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc.Tests.Life;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Dumps;

public sealed class CoreDumpTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("openamp-dumps-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(CoreDumpMode.Enabled)]
    [InlineData(CoreDumpMode.Inline)]
    public async Task ACrashLeavesTheMemoryByteForByte(CoreDumpMode mode)
    {
        // One that only waits: a simulated program that crashes still closes its link, which changes rings.
        await using Board board = await Board.RunningAsync(Programs.Idle, Dumping(mode));
        foreach (Carveout carveout in board.Processor.Memory.Carveouts)
        {
            new Random(1).NextBytes(BytesOf(carveout.Memory)[(int)(carveout.LengthBytes / 2)..]);
        }

        await board.CrashAsync();
        string path = await WaitForDumpAsync(board, 1);
        byte[] file = await File.ReadAllBytesAsync(path, Board.Token);
        ElfImage image = ElfImage.Parse(file);
        Assert.Equal(ElfType.Core, image.Header.Type);
        Carveout[] pieces = [.. board.Processor.Memory.Carveouts.OrderBy(c => c.Address.Value)];
        Assert.Equal(4, pieces.Length);
        Assert.Equal(pieces.Length, image.Segments.Length);
        Assert.Equal(52 + (32 * pieces.Length) + pieces.Sum(p => (long)p.LengthBytes), file.Length);
        for (int i = 0; i < pieces.Length; i++)
        {
            ElfSegment segment = image.Segments[i];
            Assert.Equal(pieces[i].Address.Value, segment.PhysicalAddress);
            Assert.Equal(pieces[i].Address.Value, segment.VirtualAddress);
            Assert.Equal(pieces[i].LengthBytes, segment.FileBytes);
            Assert.True(BytesOf(pieces[i].Memory).SequenceEqual(
                file.AsSpan((int)segment.OffsetBytes, (int)segment.FileBytes)));
        }
    }

    [Fact]
    public async Task OnePieceOfOneMebibyteMakes1048660Bytes()
    {
        await using Board board = await Board.OpenAsync();
        _ = board.Processor.Memory.Allocate("all", 1 << 20);
        using var stream = new MemoryStream();
        await board.Processor.DumpAsync(stream, Board.Token);
        Assert.Equal(1048660, stream.Length);
    }

    [Theory]
    [InlineData(CoreDumpMode.Enabled)]
    [InlineData(CoreDumpMode.Inline)]
    public async Task TheDumpOfARecoveryIsOfTheCrashAndNotOfWhatCameAfter(CoreDumpMode mode)
    {
        var address = new DeviceAddress(0x1000_4000);
        await using Board board = await Board.RunningAsync(
            options: Dumping(mode) with { Recovery = RecoveryPolicy.Always });
        Assert.True(board.Processor.Memory.TryTranslate(address, 8, out SharedRegion word));
        "CRASHED!"u8.CopyTo(BytesOf(word));
        Task again = RecoveryTests.RunsAgainAsync(board);
        board.Driver.Crash(CrashKind.FatalError, "again");
        await again;
        Assert.Equal(new byte[8], BytesOf(word));
        byte[] file = await File.ReadAllBytesAsync(await WaitForDumpAsync(board, 1), Board.Token);
        Assert.True(file.AsSpan().IndexOf("CRASHED!"u8) > 0);
        await board.EchoAsync();
    }

    [Fact]
    public async Task OnlyTheNewestDumpsStayAndOnlyOfThisProcessor()
    {
        string other = Path.Combine(_directory, "sim0-b-20200101T000000Z-1.core");
        await File.WriteAllTextAsync(other, "another's", Board.Token);
        await using Board board = await Board.RunningAsync(options: Dumping(CoreDumpMode.Inline, maxFiles: 2));
        for (int i = 1; i <= 4; i++)
        {
            await board.CrashAsync();
            await WaitForDumpAsync(board, i);
            await board.Processor.RecoverAsync(Board.Token);
        }

        string[] left = [.. Directory.GetFiles(_directory, "sim0-2*").Select(Path.GetFileName).Order()!];
        Assert.Equal(2, left.Length);
        Assert.EndsWith("-3.core", left[0], StringComparison.Ordinal);
        Assert.EndsWith("-4.core", left[1], StringComparison.Ordinal);
        Assert.True(File.Exists(other));
        Assert.Empty(Directory.GetFiles(_directory, "*.partial"));
    }

    [Theory]
    [InlineData(CoreDumpMode.Enabled)]
    [InlineData(CoreDumpMode.Inline)]
    public async Task ADumpThatFailsOrHangsDoesNotKeepItFromRecovering(CoreDumpMode mode)
    {
        foreach (bool hangs in new[] { false, true })
        {
            CoreDumpOptions dump = new()
            {
                Mode = mode,
                OpenStream = (_, _) => ValueTask.FromResult<Stream>(new BadStream(hangs)),
            };
            await using Board board = await Board.RunningAsync(options: Board.Quick with
            {
                CoreDump = dump,
                DumpTimeout = TimeSpan.FromMilliseconds(200),
                Recovery = RecoveryPolicy.Always,
            });
            Task again = RecoveryTests.RunsAgainAsync(board);
            board.Driver.Crash(CrashKind.FatalError, "again");
            await again;
            await board.EchoAsync();
            await RecoveryTests.WaitForLogAsync(board, 111);
        }
    }

    [Fact]
    public async Task ItCanBeDumpedWhileItRuns()
    {
        await using Board board = await Board.RunningAsync();
        using var stream = new MemoryStream();
        await board.Processor.DumpAsync(stream, Board.Token);
        Assert.Equal(ElfType.Core, ElfImage.Parse(stream.ToArray()).Header.Type);
        await board.EchoAsync();
    }

    private RemoteProcessorOptions Dumping(CoreDumpMode mode, int maxFiles = 8)
        => Board.Quick with
        {
            CoreDump = new CoreDumpOptions { Mode = mode, Directory = _directory, MaxFiles = maxFiles },
        };

    private static async Task<string> WaitForDumpAsync(Board board, int count)
    {
        while (board.Log.OfId(110).Length < count)
        {
            Assert.Empty(board.Log.OfId(111));
            await Task.Delay(1, Board.Token);
        }

        return board.Processor.LastCoreDump!;
    }

    // SAFETY: the map vouches for it; the test holds the processor open.
    private static unsafe Span<byte> BytesOf(SharedRegion memory) => new(memory.Start, (int)memory.LengthBytes);

    private sealed class BadStream(bool hangs) : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default)
        {
            if (hangs)
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }

            throw new IOException("The disk is full.");
        }
    }
}
