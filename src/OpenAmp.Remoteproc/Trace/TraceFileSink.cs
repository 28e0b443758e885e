// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Writes lines of trace to a file that is rotated by size: time of arrival in UTC, origin, text.</summary>
/// <remarks>
/// <para>A full disk, a missing directory or a forbidden file never ends the trace of the others: lines that cannot be
/// written are counted in <see cref="DroppedLineCount"/>, the failure is logged once, and the file is tried again. When
/// it works again, a line in the file says how many are missing.</para>
/// <para>Lines are written by the caller's thread. Safe for several pumps; a rotated set of files belongs to one sink.
/// </para>
/// </remarks>
public sealed class TraceFileSink : TraceSink
{
    private readonly Lock _lock = new();
    private readonly TraceFileSinkOptions _options;
    private readonly TraceFile _file;

    // Whole lines that are not in the file yet; none while it is closed.
    private byte[] _held = new byte[64 << 10];
    private int _heldBytes;
    private int _heldLines;
    private long _unreportedDrops;
    private long _failedAt;
    private bool _hasFailed;
    private bool _isDisposed;

    /// <summary>Chooses the file. It is opened with the first line.</summary>
    /// <param name="options">Where, how long, how many.</param>
    public TraceFileSink(TraceFileSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _options = options;
        _file = new TraceFile(options.Path, options.MaxFiles);
    }

    /// <summary>Lines that could not be written, so far.</summary>
    public long DroppedLineCount { get; private set; }

    /// <summary>Lines written, so far.</summary>
    public long WrittenLineCount { get; private set; }

    /// <summary>Why the last write failed; null while the file works.</summary>
    public string? LastFailure { get; private set; }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Format(origin, line));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Hold(bytes);
            if (_options.Flush == TraceFlush.EachLine)
            {
                WriteHeld();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            WriteHeld();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            WriteHeld();
            _isDisposed = true;
            _file.Dispose();
        }

        return base.DisposeAsync();
    }

    private static string Format(TraceOrigin origin, in TraceLine line)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{line.ArrivedAt.UtcDateTime:O} {origin.Processor}/{origin.Buffer} {TraceNote.Of(line)}{line.Text}\n");

    private void Hold(byte[] line)
    {
        if (!TryMakeRoom(line.Length))
        {
            Drop(1);
            return;
        }

        line.CopyTo(_held.AsSpan(_heldBytes));
        _heldBytes += line.Length;
        _heldLines++;
    }

    // A file is over before the line that would make it too long, but has one line at least.
    private bool TryMakeRoom(int lengthBytes)
    {
        if (!TryOpen())
        {
            return false;
        }

        long planned = _file.LengthBytes + _heldBytes;
        bool isOver = planned > 0 && planned + lengthBytes > _options.MaxFileBytes;
        if (isOver || _heldBytes + lengthBytes > _held.Length)
        {
            WriteHeld();
        }

        if (isOver && _file.IsOpen)
        {
            _ = TryUseFile(_file.Rotate);
        }

        if (lengthBytes > _held.Length)
        {
            _held = new byte[lengthBytes];
        }

        return TryOpen();
    }

    private void WriteHeld()
    {
        if (_heldLines == 0)
        {
            return;
        }

        int lines = _heldLines;
        int bytes = _heldBytes;
        _heldLines = 0;
        _heldBytes = 0;
        if (TryUseFile(() => _file.Append(_held.AsSpan(0, bytes), _options.Flush == TraceFlush.ToDisk)))
        {
            WrittenLineCount += lines;
        }
        else
        {
            Drop(lines);
        }
    }

    private bool TryOpen()
    {
        if (_file.IsOpen)
        {
            return true;
        }

        if (_hasFailed && _options.TimeProvider.GetElapsedTime(_failedAt) < _options.RetryInterval)
        {
            return false;
        }

        return TryUseFile(OpenAndReport);
    }

    private void OpenAndReport()
    {
        _file.Open();
        if (_file.LengthBytes >= _options.MaxFileBytes)
        {
            _file.Rotate();
        }

        if (_unreportedDrops > 0)
        {
            string note = string.Create(
                CultureInfo.InvariantCulture,
                $"{_options.TimeProvider.GetUtcNow().UtcDateTime:O} - [{_unreportedDrops} lines could not be written "
                + $"here: {LastFailure}]\n");
            _file.Append(Encoding.UTF8.GetBytes(note), toDisk: false);
            TraceLog.FileRecovered(_options.Logger, _options.Path, _unreportedDrops);
            _unreportedDrops = 0;
        }

        _hasFailed = false;
        LastFailure = null;
    }

    private bool TryUseFile(Action use)
    {
        try
        {
            use();
            return true;
        }
        catch (Exception failure) when (TraceFile.IsOutside(failure))
        {
            _file.Abandon();
            _failedAt = _options.TimeProvider.GetTimestamp();
            LastFailure = TraceText.Decode(Encoding.UTF8.GetBytes(failure.Message));
            if (!_hasFailed)
            {
                _hasFailed = true;
                TraceLog.FileFailed(_options.Logger, _options.Path, LastFailure, _options.RetryInterval);
            }

            return false;
        }
    }

    private void Drop(int lines)
    {
        DroppedLineCount += lines;
        _unreportedDrops += lines;
    }
}
