// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Copies a trace file of debugfs into memory again and again, where a follower reads it as it reads the
/// buffer itself.</summary>
/// <remarks>The file shows the buffer from its start to the first zero. So what firmware that ends its text with a zero
/// wrote in the lap before is not seen, and what was written since the last copy is.</remarks>
internal sealed class TraceMirror : IAsyncDisposable
{
    private readonly string _path;
    private readonly byte[] _text;
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _ending = new();
    private readonly TraceMemory _memory;
    private readonly Task _copying;

    private TraceMirror(string path, byte[] text, TraceFollowerOptions options, TraceMemory memory)
    {
        (_path, _text, _memory) = (path, text, memory);
        (_timeProvider, _interval) = (options.TimeProvider, options.PollInterval);
        TryCopy();
        Follower = TraceFollower.FollowText(memory.Region, default, (ulong)text.Length, options);
        _copying = Task.Run(CopyOnAsync);
    }

    public TraceFollower Follower { get; }

    /// <summary>Begins to follow a trace file.</summary>
    /// <exception cref="TraceBufferException">The kernel cannot reach the buffer, or the file may not be read.
    /// </exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The mirror owns the memory.")]
    public static TraceMirror Open(string path, ulong lengthBytes, TraceFollowerOptions options)
    {
        if (lengthBytes is 0 or > TraceFollower.MaxLengthBytes)
        {
            throw new TraceBufferException($"Trace buffer '{options.Origin.Buffer}' has {lengthBytes} bytes, allowed "
                + $"are 1 to {TraceFollower.MaxLengthBytes}.");
        }

        byte[] text = new byte[lengthBytes];
        int length;
        try
        {
            length = Read(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TraceBufferException($"Trace buffer '{options.Origin.Buffer}' cannot be read from '{path}': "
                + $"{error.Message} debugfs must be mounted, and is for root. {RemoteprocAdvice.ForDenied}", error);
        }

        string missing = $"Trace {options.Origin.Buffer} not available\n";
        if (Encoding.UTF8.GetString(text, 0, length) == missing)
        {
            throw new TraceBufferException($"Trace buffer '{options.Origin.Buffer}' lies where the kernel cannot "
                + "reach it: its address in the resource table is in no memory that the driver of the processor maps.");
        }

        var memory = new TraceMemory(text.Length);
        try
        {
            return new TraceMirror(path, text, options, memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Copies once more, and lets the reader take the rest.</summary>
    public async ValueTask DrainAsync()
    {
        TryCopy();
        await Follower.DrainAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _copying.ConfigureAwait(false);
        Follower.Dispose();
        _memory.Dispose();
        _ending.Dispose();
    }

    private async Task CopyOnAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_interval, _timeProvider, _ending.Token).ConfigureAwait(false);
                if (TryCopy())
                {
                    Follower.Notify();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended.
        }
    }

    private bool TryCopy()
    {
        try
        {
            lock (_gate)
            {
                return _memory.Write(_text.AsSpan(0, Read(_path, _text)));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file went with the run.
            return false;
        }
    }

    private static int Read(string path, byte[] text)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        return file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
    }
}
