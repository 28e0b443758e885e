// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A device file to wait for without a thread: until there is something to read, or perhaps room to write.
/// </summary>
/// <remarks>One waits to read and one to write at a time. Waits allocate nothing. A wait ends early now and then: try,
/// and wait again.</remarks>
internal sealed class AsyncDescriptor : IDisposable
{
    private const uint Always = Interop.EPOLLERR | Interop.EPOLLHUP;

    // How long a writer waits before it tries again, for kernels that never say that there is room (virtio): twice as
    // long each time, up to the last.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMilliseconds(16);

    private readonly Lock _gate = new();
    private readonly Waiter _reader;
    private readonly Waiter _writer;
    private readonly Timer _retry;
    private TimeSpan _retryAfter = FirstRetry;
    private uint _watchedFor;
    private bool _isRoomSignalUseless;
    private bool _isDisposed;

    internal AsyncDescriptor(SafeFileHandle handle)
    {
        Handle = handle;
        _reader = new Waiter(this);
        _writer = new Waiter(this);
        _retry = new Timer(
            static file => ((AsyncDescriptor)file!).Complete(((AsyncDescriptor)file)._writer), this, -1, -1);
        Key = EpollThread.Shared.NewKey();
    }

    internal SafeFileHandle Handle { get; }

    internal ulong Key { get; }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_watchedFor != 0)
            {
                SetWatch(0);
            }
        }

        Complete(_reader);
        Complete(_writer);
        _retry.Dispose();
        Handle.Dispose();
    }

    /// <summary>Waits until there is something to read, or the end. The waiter goes on, on the thread that watches
    /// files.</summary>
    internal ValueTask WaitToReadAsync(CancellationToken cancellationToken)
        => Begin(_reader, Interop.EPOLLIN, cancellationToken);

    /// <summary>Waits until there may be room to write: the kernel says so, or some time has gone by.</summary>
    internal ValueTask WaitToWriteAsync(CancellationToken cancellationToken)
    {
        ValueTask wait = Begin(_writer, _isRoomSignalUseless ? 0 : Interop.EPOLLOUT, cancellationToken);
        TimeSpan after = _retryAfter;
        _retryAfter = after * 2 > LastRetry ? LastRetry : after * 2;
        lock (_gate)
        {
            if (_writer.IsWaiting)
            {
                _ = _retry.Change(after, Timeout.InfiniteTimeSpan);
            }
        }

        return wait;
    }

    /// <summary>Something was written: the next who finds no room tries again soon.</summary>
    internal void NoteWritten()
    {
        _retryAfter = FirstRetry;
        _isRoomSignalUseless = false;
    }

    /// <summary>The kernel says what is the matter. On the watching thread.</summary>
    internal void Notice(uint events)
    {
        bool read;
        bool write;
        lock (_gate)
        {
            read = (events & (Interop.EPOLLIN | Always)) != 0 && _reader.IsWaiting;
            write = (events & (Interop.EPOLLOUT | Always)) != 0 && _writer.IsWaiting;

            // A kernel that says there is room when there is none must not keep us busy: until a write succeeds, only
            // the clock counts.
            _isRoomSignalUseless |= write;

            // A reader comes back soon and stays watched for; what nobody wants is not watched until somebody does.
            uint wanted = (_reader.IsWaiting ? _watchedFor & Interop.EPOLLIN : 0)
                | (_writer.IsWaiting && !write ? _watchedFor & Interop.EPOLLOUT : 0);
            if (wanted != _watchedFor && !_isDisposed)
            {
                SetWatch(wanted);
            }
        }

        if (write)
        {
            Complete(_writer);
        }

        if (read)
        {
            Complete(_reader);
        }
    }

    private ValueTask Begin(Waiter waiter, uint events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask wait;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            uint wanted = _watchedFor | events;
            if (wanted != _watchedFor)
            {
                SetWatch(wanted);
            }

            wait = waiter.Begin();
        }

        waiter.Listen(cancellationToken);
        return wait;
    }

    private void Complete(Waiter waiter)
    {
        lock (_gate)
        {
            if (!waiter.IsWaiting)
            {
                return;
            }

            waiter.IsWaiting = false;
        }

        waiter.Complete();
    }

    private void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!waiter.IsWaiting)
            {
                return;
            }

            waiter.IsWaiting = false;
        }

        waiter.Fail(new OperationCanceledException(cancellationToken));
    }

    private void SetWatch(uint events)
    {
        uint before = _watchedFor;
        _watchedFor = events;
        EpollThread.Shared.Watch(this, (int)Handle.DangerousGetHandle(), before, events);
    }

    /// <summary>Somebody who waits.</summary>
    private sealed class Waiter(AsyncDescriptor owner) : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core;
        private CancellationTokenRegistration _registration;
        private CancellationToken _cancellationToken;

        /// <summary>Whether the wait can still be ended. Guarded by the owner's gate.</summary>
        public bool IsWaiting { get; set; }

        public ValueTask Begin()
        {
            if (IsWaiting)
            {
                throw new InvalidOperationException("Another wait on the device file is under way; one at a time.");
            }

            IsWaiting = true;
            return new ValueTask(this, _core.Version);
        }

        public void Listen(CancellationToken cancellationToken)
        {
            _cancellationToken = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Cancel(), this);
        }

        public void Complete() => _core.SetResult(true);

        public void Fail(Exception exception) => _core.SetException(exception);

        public void GetResult(short token)
        {
            try
            {
                _ = _core.GetResult(token);
            }
            finally
            {
                _registration.Dispose();
                _core.Reset();
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation,
            object? state,
            short token,
            ValueTaskSourceOnCompletedFlags flags)
            => _core.OnCompleted(continuation, state, token, flags);

        private void Cancel() => owner.Cancel(this, _cancellationToken);
    }
}
