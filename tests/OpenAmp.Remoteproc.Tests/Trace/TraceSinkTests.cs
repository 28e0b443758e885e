// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Trace;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class TraceSinkTests : IDisposable
{
    private static readonly TraceOrigin s_origin = new("m4", "trace0");
    private static readonly DateTimeOffset s_time = new(2026, 11, 22, 13, 0, 0, TimeSpan.FromHours(1));

    private readonly string _folder = Directory.CreateTempSubdirectory("openamp-trace").FullName;
    private readonly TraceRecord _record = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder, "m4.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("<0>panic", LogLevel.Critical)]
    [InlineData("<3>bad", LogLevel.Error)]
    [InlineData("<7>detail", LogLevel.Debug)]
    [InlineData("[E] bad", LogLevel.Error)]
    [InlineData("W: odd", LogLevel.Warning)]
    [InlineData("[00:00:01.250,000] <wrn> main: odd", LogLevel.Warning)]
    [InlineData("[ERROR] bad", LogLevel.Error)]
    [InlineData("<8>text", LogLevel.Information)]
    [InlineData("error: of a module", LogLevel.Information)]
    [InlineData("", LogLevel.Information)]
    [InlineData("<", LogLevel.Information)]
    public async Task TheLoggerTakesTheLevelFromTheLine(string text, LogLevel expected)
    {
        await using var sink = new TraceLoggerSink(_record);
        await sink.WriteAsync(s_origin, Line(text), Cancellation);
        Assert.Equal((expected, "m4/trace0: " + text), Assert.Single(_record.Entries));
        Assert.Equal("m4", _record.Fields["Processor"]);
        Assert.Equal("trace0", _record.Fields["Buffer"]);
        Assert.Equal(text, _record.Fields["Text"]);
    }

    [Fact]
    public async Task TheLoggerTellsOfGapsBeforeTheLine()
    {
        await using var sink = new TraceLoggerSink(_record, LogLevel.Debug, readsLevel: false);
        await sink.WriteAsync(
            s_origin, Line("[E] text") with { Flags = TraceLineFlags.LostBytes, LostBytes = 9 }, Cancellation);
        Assert.Equal([LogLevel.Warning, LogLevel.Debug], _record.Entries.Select(entry => entry.Level));
        Assert.Contains("9 bytes", _record.Entries[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFileHoldsTimeOriginAndText()
    {
        await using (var sink = new TraceFileSink(new() { Path = FilePath }))
        {
            await sink.WriteAsync(s_origin, Line("hello"), Cancellation);
            await sink.FlushAsync(Cancellation);
            Assert.Equal("2026-11-22T12:00:00.0000000Z m4/trace0 hello\n", await ReadAsync(FilePath));
            const TraceLineFlags Flags = TraceLineFlags.LostBytes | TraceLineFlags.Partial;
            await sink.WriteAsync(s_origin, new(s_time, "x", Flags, 5, 1), Cancellation);
        }

        Assert.EndsWith(
            "m4/trace0 [5 bytes lost, 1 newlines among them] [partial] x\n",
            await ReadAsync(FilePath),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesAreRotatedBySizeAndTheOldestIsDropped()
    {
        // Each line is 45 bytes: two fit.
        await using (var sink = new TraceFileSink(new() { Path = FilePath, MaxFileBytes = 95, MaxFiles = 3 }))
        {
            for (int i = 0; i < 9; i++)
            {
                await sink.WriteAsync(s_origin, Line($"line{i}"), Cancellation);
            }

            await sink.FlushAsync(Cancellation);
            Assert.Equal((9, 0), (sink.WrittenLineCount, sink.DroppedLineCount));
        }

        Assert.Equal(["m4.log", "m4.log.1", "m4.log.2"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.EndsWith("line8\n", await ReadAsync(FilePath), StringComparison.Ordinal);
        Assert.Contains("line6\n", await ReadAsync(FilePath + ".1"), StringComparison.Ordinal);
        Assert.EndsWith("line5\n", await ReadAsync(FilePath + ".2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ALineLongerThanAFileHasAFileOfItsOwn(int maxFiles)
    {
        await using (var sink = new TraceFileSink(new() { Path = FilePath, MaxFileBytes = 10, MaxFiles = maxFiles }))
        {
            await sink.WriteAsync(s_origin, Line(new string('a', 100_000)), Cancellation);
            await sink.WriteAsync(s_origin, Line("b"), Cancellation);
        }

        Assert.Equal(maxFiles, Directory.GetFiles(_folder).Length);
        Assert.EndsWith(" b\n", await ReadAsync(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExistingFileIsContinued()
    {
        await File.WriteAllTextAsync(FilePath, "before\n", Cancellation);
        await using (var sink = new TraceFileSink(new() { Path = FilePath }))
        {
            await sink.WriteAsync(s_origin, Line("after"), Cancellation);
        }

        Assert.Matches("^before\n.* after\n$", await ReadAsync(FilePath));
    }

    [Fact]
    public async Task AMissingFolderIsCountedLoggedOnceAndRecoveredFrom()
    {
        var time = new ManualTime();
        string folder = Path.Combine(_folder, "later");
        string path = Path.Combine(folder, "m4.log");
        await using var sink = new TraceFileSink(new() { Path = path, TimeProvider = time, Logger = _record });
        for (int i = 0; i < 3; i++)
        {
            await sink.WriteAsync(s_origin, Line("gone"), Cancellation);
            time.Advance(TimeSpan.FromSeconds(4));
        }

        Assert.Equal((3, 0), (sink.DroppedLineCount, sink.WrittenLineCount));
        Assert.Contains(folder, sink.LastFailure, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, Assert.Single(_record.Entries).Level);

        Directory.CreateDirectory(folder);
        time.Advance(TimeSpan.FromSeconds(5));
        await sink.WriteAsync(s_origin, Line("back"), Cancellation);
        await sink.FlushAsync(Cancellation);
        string text = await ReadAsync(path);
        Assert.Contains("3 lines could not be written here", text, StringComparison.Ordinal);
        Assert.EndsWith(" back\n", text, StringComparison.Ordinal);
        Assert.Null(sink.LastFailure);
        Assert.Equal(2, _record.Entries.Count);
    }

    [Fact]
    public async Task AFullDiskIsCountedAndNotThrown()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("/dev/full is missing.");
        }

        await using var sink = new TraceFileSink(new() { Path = "/dev/full", Logger = _record });
        await sink.WriteAsync(s_origin, Line("text"), Cancellation);
        await sink.FlushAsync(Cancellation);
        Assert.Equal((1, 0), (sink.DroppedLineCount, sink.WrittenLineCount));
        Assert.NotNull(sink.LastFailure);
        Assert.Single(_record.Entries);
    }

    [Fact]
    public async Task ARotationThatFailsIsCountedAndNotThrown()
    {
        // A folder stands where the older file would go.
        Directory.CreateDirectory(Path.Combine(FilePath + ".1", "full"));
        await using var sink = new TraceFileSink(new() { Path = FilePath, MaxFileBytes = 60, Logger = _record });
        await sink.WriteAsync(s_origin, Line("one"), Cancellation);
        await sink.WriteAsync(s_origin, Line("two"), Cancellation);
        await sink.FlushAsync(Cancellation);
        Assert.Equal((1, 1), (sink.DroppedLineCount, sink.WrittenLineCount));
        Assert.EndsWith("one\n", await ReadAsync(FilePath), StringComparison.Ordinal);
        Assert.Single(_record.Entries);
    }

    [Fact]
    public async Task ThePumpEndsWithTheLastWordsOfTheRemote()
    {
        using var session = new TraceSession(4096, TextTraceEnding.Zero);
        await using var file = new TraceFileSink(new() { Path = FilePath });
        await using var log = new TraceLoggerSink(_record);
        Task pump = TracePump.RunAsync(session.Follower, [file, log], Cancellation);
        session.WriteText("one\ntwo\n");
        session.Time.Advance(TimeSpan.FromMilliseconds(100));
        session.WriteText("last wo");
        await session.Follower.DrainAsync(Cancellation);
        session.Memory.Bytes.Clear();
        await pump;
        Assert.Equal(
            ["remote/trace0: one", "remote/trace0: two", "remote/trace0: last wo"],
            _record.Entries.Select(entry => entry.Text));
        Assert.Equal(3, (await ReadAsync(FilePath)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task ThePumpCanBeCancelledWhileItWaits()
    {
        using var session = new TraceSession(4096, ending: null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task pump = TracePump.RunAsync(session.Follower, [], stop.Token);
        Assert.False(pump.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pump);
    }

    private static TraceLine Line(string text) => new(s_time, text, TraceLineFlags.None, 0, 0);

    private static async Task<string> ReadAsync(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private sealed class TraceRecord : ILogger
    {
        public List<(LogLevel Level, string Text)> Entries { get; } = [];

        public Dictionary<string, object?> Fields { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Entries.Add((logLevel, formatter(state, exception)));
            foreach (KeyValuePair<string, object?> field in (IEnumerable<KeyValuePair<string, object?>>)state!)
            {
                Fields[field.Key] = field.Value;
            }
        }
    }
}
