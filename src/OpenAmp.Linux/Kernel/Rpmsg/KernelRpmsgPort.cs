// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>An open endpoint device, <c>/dev/rpmsgN</c>, as the port of an endpoint.</summary>
/// <remarks>Message boundaries are the kernel's: one read is one message, also an empty one. Nothing here blocks a
/// thread. Get it from <see cref="RpmsgEndpoint.Port"/> for what only a kernel's endpoint can do.</remarks>
public sealed class KernelRpmsgPort : RpmsgPort
{
    /// <summary>How many messages are read on the thread of all files before others get their turn.</summary>
    private const int MaxReadsInARow = 64;

    // What does not fit a reader's buffer goes here, to tell a message that is longer from one that fits. Never read.
    private const int OverflowBytes = 64 * 1024;

    private static readonly unsafe void* Overflow = NativeMemory.Alloc(OverflowBytes);

    private readonly AsyncDescriptor _file;
    private readonly string _path;
    private readonly Func<ValueTask<RpmsgCloseReason>> _findEnd;
    private readonly Action<SafeFileHandle>? _beforeClose;
    private readonly Action? _afterClose;
    private volatile RpmsgClosedException? _ending;
    private int _readsInARow;
    private int _isClosed;

    /// <summary>Takes over an open device.</summary>
    /// <param name="handle">The device, opened without blocking.</param>
    /// <param name="path">Its node, for messages.</param>
    /// <param name="addresses">The endpoint's own and the peer's address.</param>
    /// <param name="findEnd">Says why the endpoint may have ended. Asked once, when it has.</param>
    /// <param name="beforeClose">What to do with the device before it is closed.</param>
    /// <param name="afterClose">What to do when it is closed.</param>
    internal KernelRpmsgPort(
        SafeFileHandle handle,
        string path,
        (uint Local, uint Remote) addresses,
        Func<ValueTask<RpmsgCloseReason>> findEnd,
        Action<SafeFileHandle>? beforeClose,
        Action? afterClose)
    {
        _file = new AsyncDescriptor(handle);
        _path = path;
        LocalAddress = addresses.Local;
        RemoteAddress = addresses.Remote;
        _findEnd = findEnd;
        _beforeClose = beforeClose;
        _afterClose = afterClose;
    }

    /// <summary>The device's node. It can be another after the next boot.</summary>
    public string DevicePath => _path;

    /// <inheritdoc/>
    public override uint LocalAddress { get; }

    /// <inheritdoc/>
    public override uint RemoteAddress { get; }

    /// <inheritdoc/>
    public override RpmsgClosedException? Ending => _ending;

    /// <inheritdoc/>
    /// <exception cref="KernelRpmsgException">The kernel refused for a reason that is neither of the results.
    /// </exception>
    public override unsafe RpmsgPortSendResult TrySend(ReadOnlySpan<byte> payload, uint destination)
    {
        if (_ending is not null)
        {
            return RpmsgPortSendResult.Ended;
        }

        int errno;
        using (DescriptorLoan loan = new(_file.Handle))
        {
            fixed (byte* start = payload)
            {
                do
                {
                    // SAFETY: the span is pinned during the call. An empty one has no address, and the kernel reads
                    // none.
                    nint written = Interop.write(loan.Descriptor, start, (nuint)payload.Length);
                    errno = written < 0 ? Interop.LastErrno : 0;
                }
                while (errno == Errno.EINTR);
            }
        }

        return errno == 0 ? Sent() : Explain(errno);
    }

    /// <inheritdoc/>
    public override ValueTask WaitToSendAsync(CancellationToken cancellationToken)
        => _ending is null ? _file.WaitToWriteAsync(cancellationToken) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    /// <exception cref="KernelRpmsgException">The kernel refused, or a message is longer than the buffer.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<RpmsgPortMessage> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                int length = _readsInARow < MaxReadsInARow ? Read(buffer.Span) : -Errno.EAGAIN;
                if (length >= 0)
                {
                    _readsInARow++;
                    return new RpmsgPortMessage(length, RpmsgAddress.Any);
                }

                if (length != -Errno.EAGAIN)
                {
                    throw await EndAsync(-length).ConfigureAwait(false);
                }

                await _file.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
                _readsInARow = 0;
            }
        }
        catch (ObjectDisposedException)
        {
            throw new RpmsgClosedException(RpmsgCloseReason.Disposed, $"{_path} is closed: this side disposed it.");
        }
    }

    /// <summary>Whether the peer asks for a pause (RPMSG_GET_OUTGOING_FLOWCONTROL). Does not block.</summary>
    /// <returns>What the kernel says; <see cref="KernelRpmsgFlow.NotSupported"/> before Linux 6.12.</returns>
    /// <exception cref="KernelRpmsgException">The kernel refused for another reason.</exception>
    [SuppressMessage("Maintainability", "CA1508", Justification = "The kernel writes the number.")]
    public unsafe KernelRpmsgFlow GetOutgoingFlow()
    {
        int paused = 0;
        int errno = KernelRpmsgFile.Control(_file.Handle, KernelRpmsgFile.GetOutgoingFlowControl, &paused);
        return errno == 0
            ? (paused == 0 ? KernelRpmsgFlow.Open : KernelRpmsgFlow.Paused)
            : NotSupportedOrThrow(errno);
    }

    /// <summary>Asks the peer to pause, or to go on (RPMSG_SET_INCOMING_FLOWCONTROL). Does not block.</summary>
    /// <param name="pause">Whether to pause.</param>
    /// <returns>The state asked for; <see cref="KernelRpmsgFlow.NotSupported"/> before Linux 6.12 and on virtio.
    /// </returns>
    /// <exception cref="KernelRpmsgException">The kernel refused for another reason.</exception>
    public unsafe KernelRpmsgFlow SetIncomingFlow(bool pause)
    {
        // The kernel takes the number itself, whatever the request's code says.
        int errno = KernelRpmsgFile.Control(
            _file.Handle, KernelRpmsgFile.SetIncomingFlowControl, pause ? (void*)1 : null);
        return errno == 0 ? (pause ? KernelRpmsgFlow.Paused : KernelRpmsgFlow.Open) : NotSupportedOrThrow(errno);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _beforeClose?.Invoke(_file.Handle);
            _file.Dispose();
            _afterClose?.Invoke();
        }

        return ValueTask.CompletedTask;
    }

    private static bool MeansEnd(KernelRpmsgOutcome outcome)
        => outcome is KernelRpmsgOutcome.EndpointDestroyed or KernelRpmsgOutcome.DeviceGone;

    /// <summary>Reads a message.</summary>
    /// <returns>Its length, or the error number below zero.</returns>
    private unsafe int Read(Span<byte> buffer)
    {
        nint length;
        int errno;
        using DescriptorLoan loan = new(_file.Handle);
        fixed (byte* start = buffer)
        {
            MessagePart* parts = stackalloc MessagePart[2];
            parts[0] = new MessagePart { Start = start, Length = (ulong)buffer.Length };
            parts[1] = new MessagePart { Start = Overflow, Length = OverflowBytes };
            do
            {
                // SAFETY: both parts are as long as they say and outlive the call; nobody reads the second.
                length = Interop.readv(loan.Descriptor, parts, 2);
                errno = length < 0 ? Interop.LastErrno : 0;
            }
            while (errno == Errno.EINTR);
        }

        // EFAULT: the kernel found its queue empty after it had seen a message in it.
        return errno == Errno.EFAULT ? -Errno.EAGAIN
            : errno != 0 ? -errno
            : length <= buffer.Length ? (int)length
            : throw new KernelRpmsgException(KernelRpmsgOutcome.TooLong, 0, $"{_path} received a message of {length} "
                + $"bytes; the link takes {buffer.Length}. It is lost; set MaxPayloadBytes to what the peer sends.");
    }

    private RpmsgPortSendResult Sent()
    {
        _file.NoteWritten();
        return RpmsgPortSendResult.Sent;
    }

    private RpmsgPortSendResult Explain(int errno)
    {
        KernelRpmsgOutcome outcome = KernelRpmsgFailure.OutcomeOf(KernelRpmsgCall.Write, errno);
        if (MeansEnd(outcome))
        {
            // Why is known when the reader has found out; whoever sends now is told what is known.
            _ending ??= Ended(RpmsgCloseReason.RemoteDestroyed, KernelRpmsgCall.Write, errno);
            return RpmsgPortSendResult.Ended;
        }

        return outcome switch
        {
            KernelRpmsgOutcome.QueueFull => RpmsgPortSendResult.Full,
            KernelRpmsgOutcome.TooLong => RpmsgPortSendResult.TooLong,
            _ => throw KernelRpmsgFailure.For(KernelRpmsgCall.Write, _path, errno),
        };
    }

    private async ValueTask<Exception> EndAsync(int errno)
    {
        if (!MeansEnd(KernelRpmsgFailure.OutcomeOf(KernelRpmsgCall.Read, errno)))
        {
            return KernelRpmsgFailure.For(KernelRpmsgCall.Read, _path, errno);
        }

        RpmsgCloseReason reason = await _findEnd().ConfigureAwait(false);
        return _ending = Ended(reason, KernelRpmsgCall.Read, errno);
    }

    private RpmsgClosedException Ended(RpmsgCloseReason reason, KernelRpmsgCall call, int errno)
    {
        string why = reason == RpmsgCloseReason.PeerGone
            ? "the processor's device went away; open a new link when it is back"
            : "its endpoint was destroyed, here or by the peer; connect a new one";
        return new RpmsgClosedException(
            reason, $"{_path} has ended: {why}.", KernelRpmsgFailure.For(call, _path, errno));
    }

    private KernelRpmsgFlow NotSupportedOrThrow(int errno)
    {
        KernelRpmsgException failure = KernelRpmsgFailure.For(KernelRpmsgCall.FlowControl, _path, errno);
        return failure.Outcome == KernelRpmsgOutcome.NotSupported ? KernelRpmsgFlow.NotSupported : throw failure;
    }
}
