// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Trace;

namespace OpenAmp.Remoteproc;

/// <summary>Follows the trace buffer of one run of a remote processor, line by line, as it is written.</summary>
/// <remarks>
/// <para>It looks when it is asked for lines: a reader who is slow makes it look seldom, and what is lost by that is
/// told. No thread is its own, and while nothing is new a poll allocates nothing.</para>
/// <para>One reader of lines at a time. <see cref="Notify"/>, <see cref="DrainAsync"/> and <see cref="Dispose"/> may be
/// called from any thread.</para>
/// <para>The owner keeps the memory mapped until <see cref="DrainAsync"/> or <see cref="Dispose"/> has returned; after
/// that the memory is not touched again, also while lines are still being read.</para>
/// </remarks>
public sealed partial class TraceFollower : IDisposable
{
    /// <summary>The longest buffer that is followed, in bytes: 64 MiB.</summary>
    public const uint MaxLengthBytes = 64 << 20;

    private readonly Lock _lock = new();
    private readonly TraceSource _source;
    private readonly TraceFollowerOptions _options;
    private readonly TraceInbox _inbox = new();
    private readonly TraceLineAssembler _assembler;
    private readonly ITimer _timer;

    // Holds one wake-up at most.
    private readonly Channel<byte> _wakeUps = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private DateTimeOffset _lookedAt;
    private long _newestTimestamp;
    private bool _isOver;

    private TraceFollower(TraceSource source, TraceFollowerOptions options)
    {
        _source = source;
        _options = options;
        _assembler = new TraceLineAssembler(options.MaxLineBytes);
        _lookedAt = options.TimeProvider.GetUtcNow();
        _newestTimestamp = options.TimeProvider.GetTimestamp();
        _timer = options.TimeProvider.CreateTimer(
            static follower => ((TraceFollower)follower!).Notify(),
            this,
            options.PollInterval,
            options.PollInterval);
    }

    /// <summary>Whose lines these are.</summary>
    public TraceOrigin Origin => _options.Origin;

    /// <summary>Lines handed out so far.</summary>
    public long LineCount { get; private set; }

    /// <summary>Bytes that are known to have been lost so far.</summary>
    public ulong LostByteCount { get; private set; }

    /// <summary>Follows a classic buffer: text from offset 0, written around and around.</summary>
    /// <param name="memory">The memory that it lies in.</param>
    /// <param name="address">Its device address.</param>
    /// <param name="lengthBytes">Its length, in bytes.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <returns>The follower. It takes two copies of the buffer as its own memory.</returns>
    /// <exception cref="TraceBufferException">The buffer lies outside the memory, is empty, or is longer than
    /// <see cref="MaxLengthBytes"/>.</exception>
    public static unsafe TraceFollower FollowText(
        SharedRegion memory,
        DeviceAddress address,
        ulong lengthBytes,
        TraceFollowerOptions? options = null)
    {
        options = Check(memory, address, lengthBytes, options, out byte* start);
        return new TraceFollower(new TextTraceSource(start, (int)lengthBytes), options);
    }

    /// <summary>Follows a flip-flop buffer: see <see cref="FlipFlopTraceLayout"/>.</summary>
    /// <param name="memory">The memory that it lies in.</param>
    /// <param name="address">Its device address.</param>
    /// <param name="lengthBytes">Its length, in bytes.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <returns>The follower. The remote need not have set the buffer up yet.</returns>
    /// <exception cref="TraceBufferException">The buffer lies outside the memory or on no multiple of
    /// <see cref="FlipFlopTraceLayout.AlignmentBytes"/>, is shorter than
    /// <see cref="FlipFlopTraceLayout.MinLengthBytes"/>, or longer than <see cref="MaxLengthBytes"/>.</exception>
    public static unsafe TraceFollower FollowFlipFlop(
        SharedRegion memory,
        DeviceAddress address,
        ulong lengthBytes,
        TraceFollowerOptions? options = null)
    {
        options = Check(memory, address, lengthBytes, options, out _);
        if (!FlipFlopTraceLayout.TryCreate((uint)lengthBytes, out FlipFlopTraceLayout layout)
            || !FlipFlopTrace.TryCreateReader(
                new TraceHostPlatform(memory), address, (uint)lengthBytes, out var reader))
        {
            throw new TraceBufferException(
                $"{Name(options)} cannot be a flip-flop buffer: {lengthBytes} bytes at 0x{address.Value:x}, needed are "
                + $"at least {FlipFlopTraceLayout.MinLengthBytes} at a multiple of "
                + $"{FlipFlopTraceLayout.AlignmentBytes}. Correct its entry in the resource table.");
        }

        return new TraceFollower(new FlipFlopTraceSource(reader, layout, options), options);
    }

    /// <summary>Follows lines that somebody else cut: another process that has the buffer.</summary>
    /// <param name="lines">The lines. When they are complete the follower ends, after the last one.</param>
    /// <param name="options">How; the defaults when null. Lines longer than its limit come in pieces.</param>
    /// <returns>The follower.</returns>
    public static TraceFollower FollowLines(TraceLineQueue lines, TraceFollowerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        options ??= new TraceFollowerOptions();
        options.ThrowIfInvalid();
        var follower = new TraceFollower(new QueuedTraceSource(lines), options);
        lines.Attach(follower);
        return follower;
    }

    /// <summary>Says that the remote rang for this buffer. Cheap; any thread, also an interrupt's.</summary>
    public void Notify() => _ = _wakeUps.Writer.TryWrite(0);

    /// <summary>Takes the next line if there is one, looking into the buffer when need be. Does not block.</summary>
    /// <param name="line">The line.</param>
    /// <returns><see langword="false"/> when nothing is new, or all was read after the end.</returns>
    public bool TryReadLine(out TraceLine line)
    {
        lock (_lock)
        {
            bool isRead = TryTake(out line);
            if (isRead)
            {
                LineCount++;
                LostByteCount = unchecked(LostByteCount + line.LostBytes);
            }

            return isRead;
        }
    }

    /// <summary>Waits until it is worth calling <see cref="TryReadLine"/> again: a ring, or the next poll.</summary>
    /// <param name="cancellationToken">Ends the wait, at the next poll at the latest.</param>
    /// <returns><see langword="false"/> when the follower was drained or disposed, and every line was read.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await WaitForWakeUp().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return !IsAtEnd;
    }

    /// <summary>All lines, as they come, until the follower is drained or disposed.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The lines.</returns>
    /// <exception cref="OperationCanceledException">The reading was cancelled; nothing read so far is lost, and
    /// another reader may go on.</exception>
    public async IAsyncEnumerable<TraceLine> ReadLinesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration registration = WakeOn(cancellationToken);
        while (true)
        {
            while (TryReadLine(out TraceLine line))
            {
                yield return line;
                cancellationToken.ThrowIfCancellationRequested();
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (IsAtEnd)
            {
                yield break;
            }

            await WaitForWakeUp().ConfigureAwait(false);
        }
    }
}
