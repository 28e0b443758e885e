// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>The host's end of the service by which firmware is asked to end.</summary>
internal sealed class ShutdownService(GracefulShutdown options)
{
    // Firmware that has just started may be announcing the service right now; of older firmware it is known.
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnnouncementTime = TimeSpan.FromMilliseconds(50);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource<RpmsgEndpoint> _endpoint =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for the firmware to announce the service, as long as the link lives.</summary>
    public async Task AcceptAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        try
        {
            using RpmsgListener listener = link.Listen(options.ServiceName);
            _endpoint.TrySetResult(await listener.AcceptAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is OperationCanceledException or RpmsgClosedException
            or InvalidOperationException)
        {
            // The run ended first, or the program listens for the service itself.
            _endpoint.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <summary>Asks the firmware to end, and waits for its answer.</summary>
    /// <returns><see langword="null"/> when it offers no such service; whether it answered in time
    /// otherwise.</returns>
    public async ValueTask<bool?> TryAskAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (!_endpoint.Task.IsCompleted && Stopwatch.GetElapsedTime(_start) < Youth)
        {
            await Task.WhenAny(_endpoint.Task, Task.Delay(AnnouncementTime, cancellationToken)).ConfigureAwait(false);
        }

        if (!_endpoint.Task.IsCompletedSuccessfully)
        {
            return null;
        }

        RpmsgEndpoint endpoint = await _endpoint.Task.ConfigureAwait(false);
        using var deadline = new Deadline(options.Timeout, timeProvider, cancellationToken);
        bool isAsked = false;
        try
        {
            await endpoint.SendAsync(options.Request, deadline.Token).ConfigureAwait(false);
            isAsked = true;
            using RpmsgMessage answer = await endpoint.ReceiveAsync(deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (RpmsgClosedException)
        {
            // It took the endpoint, or itself, down: that is an answer too, unless it never heard the question.
            return isAsked ? true : null;
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
