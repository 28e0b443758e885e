// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>Waits for the messages that say that a processor lives.</summary>
internal sealed class HeartbeatWatch(HeartbeatOptions options, RemoteRun run, TimeProvider timeProvider)
{
    /// <summary>Watches until the run ends. Reports a crash when no message comes in time.</summary>
    public async Task WatchAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        try
        {
            using RpmsgListener listener = link.Listen(options.ServiceName);
            RpmsgEndpoint? endpoint = null;
            bool isAlive = await BeatsAsync(
                async token => endpoint = await listener.AcceptAsync(token).ConfigureAwait(false),
                options.FirstTimeout,
                cancellationToken).ConfigureAwait(false);
            TimeSpan timeout = options.FirstTimeout;
            while (isAlive && endpoint is not null)
            {
                isAlive = await BeatsAsync(
                    async token => (await endpoint.ReceiveAsync(token).ConfigureAwait(false)).Dispose(),
                    timeout,
                    cancellationToken).ConfigureAwait(false);
                timeout = options.Timeout;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or RpmsgClosedException)
        {
            // The run ended.
        }
    }

    private async ValueTask<bool> BeatsAsync(
        Func<CancellationToken, Task> beat,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            int resumes = run.ResumeCount;
            using var deadline = new Deadline(timeout, timeProvider, cancellationToken);
            try
            {
                await beat(deadline.Token).ConfigureAwait(false);
                return true;
            }
            catch (OperationCanceledException) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
            {
                // Who was held meanwhile gets the whole time again.
                if (!run.IsSuspended && run.ResumeCount == resumes)
                {
                    run.ReportCrash(
                        CrashKind.Heartbeat, $"No message on service '{options.ServiceName}' for {timeout}.");
                    return false;
                }
            }
        }
    }
}
