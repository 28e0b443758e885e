// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

public sealed partial class TraceFollower
{
    /// <summary>Looks a last time, when the remote has stopped or crashed and its memory is still mapped, and lets the
    /// reader end when it has read all.</summary>
    /// <param name="cancellationToken">Looked at before the last look, which is short and bounded.</param>
    /// <returns>Completes when the text is copied: the memory may go then. It does not wait for the reader.</returns>
    /// <remarks>A second call does nothing.</remarks>
    public ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_isOver)
            {
                _source.LookLast(_inbox);
                _lookedAt = _options.TimeProvider.GetUtcNow();
                End();
            }
        }

        return _timer.DisposeAsync();
    }

    /// <summary>Stops without a last look. Lines that were copied can still be read.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            End();
        }

        _timer.Dispose();
    }

    private void End()
    {
        _isOver = true;
        _source.Close();

        // Whoever waits goes on to read what is left, and then finds that this is the end.
        _ = _wakeUps.Writer.TryComplete();
    }

    private bool TryTake(out TraceLine line)
    {
        if (_assembler.TryTake(_inbox, _lookedAt, out line))
        {
            return true;
        }

        if (_isOver)
        {
            return _assembler.TryTakePart(_lookedAt, out line);
        }

        // Taken before the look and not after it: a ring that comes meanwhile asks for another look.
        _ = _wakeUps.Reader.TryRead(out _);
        _source.Look(_inbox);
        if (_inbox.IsEmpty)
        {
            return TryTakeStale(out line);
        }

        _lookedAt = _options.TimeProvider.GetUtcNow();
        _newestTimestamp = _options.TimeProvider.GetTimestamp();
        return _assembler.TryTake(_inbox, _lookedAt, out line);
    }

    private bool TryTakeStale(out TraceLine line)
    {
        line = default;
        return _assembler.HasPart
            && _options.TimeProvider.GetElapsedTime(_newestTimestamp) >= _options.PartialLineDelay
            && _assembler.TryTakePart(_lookedAt, out line);
    }

    internal CancellationTokenRegistration WakeOn(CancellationToken cancellationToken)
        => cancellationToken.UnsafeRegister(static follower => ((TraceFollower)follower!).Notify(), this);

    private bool IsAtEnd
    {
        get
        {
            lock (_lock)
            {
                return _isOver && _inbox.IsEmpty && !_assembler.HasPart;
            }
        }
    }

    // No token: the wait of a token that can be cancelled allocates.
    private ValueTask<bool> WaitForWakeUp() => _wakeUps.Reader.WaitToReadAsync(CancellationToken.None);

    private static unsafe TraceFollowerOptions Check(
        SharedRegion memory,
        DeviceAddress address,
        ulong lengthBytes,
        TraceFollowerOptions? options,
        out byte* start)
    {
        options ??= new TraceFollowerOptions();
        options.ThrowIfInvalid();
        if (lengthBytes is 0 or > MaxLengthBytes)
        {
            throw new TraceBufferException(
                $"{Name(options)} has {lengthBytes} bytes, allowed are 1 to {MaxLengthBytes}. Correct its entry in the "
                + "resource table.");
        }

        if (!memory.TryTranslate(address, lengthBytes, out start))
        {
            throw new TraceBufferException(
                $"{Name(options)} needs {lengthBytes} bytes at 0x{address.Value:x}, outside the memory of "
                + $"{memory.LengthBytes} bytes at 0x{memory.Address.Value:x}. Place it inside, or map its memory too.");
        }

        return options;
    }

    private static string Name(TraceFollowerOptions options)
        => $"Trace buffer '{options.Origin.Buffer}' of '{options.Origin.Processor}'";
}
