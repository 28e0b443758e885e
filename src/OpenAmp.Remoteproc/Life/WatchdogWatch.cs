// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Looks whether a counter in the remote's memory still counts.</summary>
internal sealed class WatchdogWatch(WatchdogOptions options, RemoteRun run, TimeProvider timeProvider)
{
    // So many looks in the time that the counter may stand still.
    private const int LooksPerTimeout = 8;
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(1);

    /// <summary>Watches until the run ends. Reports a crash when the counter stands still.</summary>
    /// <param name="word">The counter: four bytes, aligned.</param>
    /// <param name="cancellationToken">The end of the run.</param>
    public async Task WatchAsync(SharedRegion word, CancellationToken cancellationToken)
    {
        TimeSpan period = options.Timeout / LooksPerTimeout;
        period = period < ShortestPeriod ? ShortestPeriod : period;
        uint last = Read(word);
        int resumes = run.ResumeCount;
        long since = timeProvider.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(period, timeProvider, cancellationToken).ConfigureAwait(false);
                uint now = Read(word);
                if (now != last || run.IsSuspended || run.ResumeCount != resumes)
                {
                    last = now;
                    resumes = run.ResumeCount;
                    since = timeProvider.GetTimestamp();
                }
                else if (timeProvider.GetElapsedTime(since) >= options.Timeout)
                {
                    run.ReportCrash(
                        CrashKind.Watchdog,
                        FormattableString.Invariant(
                            $"The counter at 0x{word.Address.Value:x8} stands at {now} for {options.Timeout}."));
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended.
        }
    }

    // SAFETY: four aligned bytes within the processor's memory, which stays mapped until the run has ended and this
    // watch with it. Nothing else is read because of it, so no order is needed.
    private static unsafe uint Read(SharedRegion word) => *(uint*)word.Start;
}
