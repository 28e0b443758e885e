// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A raw terminal over RPMsg. Nothing here blocks a thread but the synchronous verbs.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "A writer that waits must still find the semaphore.")]
internal sealed class KernelRpmsgTtyStream : Stream
{
    /// <summary>What one write sends at most: the payload of a buffer of the kernel's ring.</summary>
    private const int MaxWriteBytes = 496;

    private readonly AsyncDescriptor _file;
    private readonly string _path;
    private readonly TimeSpan _writeTimeout;

    // One write at a time, so that two do not mix.
    private readonly SemaphoreSlim _mayWrite = new(1);
    private int _isDisposed;

    internal KernelRpmsgTtyStream(SafeFileHandle handle, string path, TimeSpan writeTimeout)
    {
        _file = new AsyncDescriptor(handle);
        _path = path;
        _writeTimeout = writeTimeout;
    }

    public override bool CanRead => _isDisposed == 0;

    public override bool CanWrite => _isDisposed == 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException("A terminal has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A terminal has no position.");
        set => throw new NotSupportedException("A terminal cannot seek.");
    }

    /// <summary>Reads what has arrived; 0 when the terminal was hung up.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            int length = Read(buffer.Span, out int errno);
            switch (errno)
            {
                case 0:
                    return length;
                case Errno.EIO:
                    // Hung up, as some terminals say it.
                    return 0;
                case Errno.EAGAIN:
                    await _file.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
                    ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
                    break;
                default:
                    throw KernelRpmsgFailure.For(KernelRpmsgCall.Read, _path, errno);
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        await _mayWrite.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (!buffer.IsEmpty)
            {
                ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
                int length = Write(buffer.Span[..Math.Min(buffer.Length, MaxWriteBytes)], out int errno);
                if (length > 0)
                {
                    _file.NoteWritten();
                    buffer = buffer[length..];
                    start = Stopwatch.GetTimestamp();
                    continue;
                }

                bool isFull = errno is 0 or Errno.EAGAIN or Errno.ENOMEM;
                if (!isFull || Stopwatch.GetElapsedTime(start) > _writeTimeout)
                {
                    throw KernelRpmsgFailure.For(
                        KernelRpmsgCall.WriteTty, _path, errno == 0 ? Errno.EAGAIN : errno);
                }

                await _file.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _ = _mayWrite.Release();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
        => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count)
        => WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Flush()
    {
        // Each write is sent at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin)
        => throw new NotSupportedException("A terminal cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("A terminal has no length.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            KernelTerminal.Share(_file.Handle);
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private unsafe int Read(Span<byte> buffer, out int errno)
    {
        using DescriptorLoan loan = new(_file.Handle);
        fixed (byte* start = buffer)
        {
            nint length;
            do
            {
                // SAFETY: the span is pinned during the call.
                length = Interop.read(loan.Descriptor, start, (nuint)buffer.Length);
                errno = length < 0 ? Interop.LastErrno : 0;
            }
            while (errno == Errno.EINTR);
            return (int)length;
        }
    }

    private unsafe int Write(ReadOnlySpan<byte> buffer, out int errno)
    {
        using DescriptorLoan loan = new(_file.Handle);
        fixed (byte* start = buffer)
        {
            nint length;
            do
            {
                // SAFETY: the span is pinned during the call; the kernel only reads it.
                length = Interop.write(loan.Descriptor, start, (nuint)buffer.Length);
                errno = length < 0 ? Interop.LastErrno : 0;
            }
            while (errno == Errno.EINTR);
            return (int)length;
        }
    }
}
