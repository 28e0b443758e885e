// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>The reading end of a child's output stream. Costs no thread while the child is silent.</summary>
internal sealed unsafe class ChildOutput : IWatchedDescriptor, IThreadPoolWorkItem, IDisposable
{
    private const int ReadBytes = 4096;

    private readonly SafeFileHandle _pipe;
    private readonly LineSplitter _lines = new();
    private readonly Action<string> _give;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;

    /// <summary>Takes over the reading end of a pipe.</summary>
    internal ChildOutput(SafeFileHandle pipe, bool isError, Action<ChildOutputLine> onLine)
    {
        _pipe = pipe;
        _give = text => Give(onLine, new(text, isError));
    }

    /// <summary>Done when the stream has ended or this was disposed; failed as the receiver of the lines did.</summary>
    internal Task Ended => _ended.Task;

    SafeHandle IWatchedDescriptor.Handle => _pipe;

    /// <summary>Begins to read.</summary>
    internal void Start() => DescriptorWatcher.Shared.Watch(this);

    // The receiver of the lines may be slow: not on the watcher's thread.
    void IWatchedDescriptor.BecameReady() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IWatchedDescriptor.WatchFailed(IOException error) => End(error);

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            if (ReadWhatIsThere())
            {
                DescriptorWatcher.Shared.Watch(this);
                return;
            }

            _lines.End(_give);
            End(_failure);
        }
        catch (ObjectDisposedException)
        {
            End(_failure);
        }
        catch (IOException error)
        {
            End(_failure ?? error);
        }
    }

    /// <summary>Stops to read.</summary>
    public void Dispose()
    {
        _ = DescriptorWatcher.Shared.Unwatch(this);
        End(_failure);
    }

    /// <summary>Reads until the pipe is empty.</summary>
    /// <returns><see langword="false"/> at the end of the stream.</returns>
    private bool ReadWhatIsThere()
    {
        byte* buffer = stackalloc byte[ReadBytes];
        using DescriptorLoan pipe = new(_pipe);
        PollDescriptor poll = new() { Descriptor = pipe.Descriptor, Events = Interop.POLLIN };
        do
        {
            // SAFETY: a local of that size. It does not block: there is something, and nobody else reads.
            nint count = Interop.read(pipe.Descriptor, buffer, ReadBytes);
            if (count < 0 && Interop.LastErrno != Errno.EINTR)
            {
                throw Interop.Failure("read", "a child's output", Interop.LastErrno, "Was its descriptor closed?");
            }

            if (count == 0)
            {
                return false;
            }

            _lines.Add(new ReadOnlySpan<byte>(buffer, (int)Math.Max(0, count)), _give);
        }
        while (!_pipe.IsClosed && DescriptorPoll.Wait(&poll, 1, TimeSpan.Zero) > 0);
        return true;
    }

    /// <summary>Gives a line, unless the receiver failed before: then the pipe is only emptied, so that the child does
    /// not wait for ever.</summary>
    private void Give(Action<ChildOutputLine> onLine, ChildOutputLine line)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            onLine(line);
        }
#pragma warning disable CA1031 // Whatever the receiver throws is told to who waits for the output's end.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
        }
    }

    private void End(Exception? failure)
    {
        _pipe.Dispose();
        _ = failure is null ? _ended.TrySetResult() : _ended.TrySetException(failure);
    }
}
