// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output.Linux;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Tool.Services.Linux;

/// <summary>The demo with a Linux kernel: starts one, is its remote processor, and shows the five demonstrations.
/// </summary>
/// <remarks>One thread runs it; others may look how far it is.</remarks>
internal sealed class LinuxDemo(GuestParts parts, WaitMode waitMode, ILogger logger)
{
    private const uint RpmsgDevice = 7;

    private static readonly TimeSpan CommandTime = TimeSpan.FromSeconds(20);
    private static readonly string[] s_complaints = ["WARNING:", "BUG:", "Oops", "Call Trace", "is not a head"];

    private readonly List<LinuxDemoStepReport> _reports = [];
    private volatile string _waitingFor = "the kernel does not come up";
    private volatile string? _kernel;

    /// <summary>What was shown so far.</summary>
    public IReadOnlyList<LinuxDemoStepReport> Reports => _reports;

    /// <summary>The kernel's release.</summary>
    public string? Kernel => _kernel;

    /// <summary>Rules of the rings that the kernel broke.</summary>
    public ulong PeerFaults { get; private set; }

    /// <summary>What is waited for, in words.</summary>
    public string WaitingFor => _waitingFor;

    /// <summary>Runs it all.</summary>
    /// <param name="onStep">Told of each demonstration that begins, and with its report when it has ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ServiceFailedException">Something was not as it should be.</exception>
    /// <exception cref="LinuxGuestException">The kernel ended.</exception>
    public async Task RunAsync(Action<string, LinuxDemoStepReport?> onStep, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("openamp-linux-demo-").FullName;
        try
        {
            string programs = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
            File.Copy(parts.ProgramPath, Path.Combine(programs, "openamp"));
            var listener = VhostUserRpmsgListener.Listen(new()
            {
                Server = new() { SocketPath = Path.Combine(folder, "rpmsg"), Logger = logger },
                Link = new() { Name = "linux", WaitMode = waitMode, Logger = logger },
            });
            await using (listener.ConfigureAwait(false))
            {
                LinuxGuest guest = await LinuxGuest.StartAsync(
                    new()
                    {
                        Image = parts.Image,
                        Devices = [new(listener.SocketPath, RpmsgDevice)],
                        Folders = new Dictionary<string, string> { ["bin"] = programs },
                        CommandTime = CommandTime,
                        Logger = logger,
                    },
                    cancellationToken).ConfigureAwait(false);
                await using (guest.ConfigureAwait(false))
                {
                    await ServeAndShowAsync(listener, guest, onStep, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task ServeAndShowAsync(
        VhostUserRpmsgListener listener,
        LinuxGuest guest,
        Action<string, LinuxDemoStepReport?> onStep,
        CancellationToken cancellationToken)
    {
        _waitingFor = "the kernel's RPMsg driver does not bind";
        RpmsgLink link = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            using var shown = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task serving = new MultiServices(line => Log.Trace(logger, line)).ServeAsync(link, shown.Token);
            try
            {
                _kernel = (await guest.RunAsync("uname -r", cancellationToken).ConfigureAwait(false)).Required();
                foreach (LinuxDemoStep step in LinuxDemonstrations.All)
                {
                    await ShowAsync(step, guest, onStep, cancellationToken).ConfigureAwait(false);
                }

                ThrowIfKernelComplains(guest);
                await guest.ShutdownAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await shown.CancelAsync().ConfigureAwait(false);
                await Task.WhenAny(serving).ConfigureAwait(false);
                PeerFaults = link.GetStatistics().PeerFaults;
            }
        }
    }

    private async Task ShowAsync(
        LinuxDemoStep step,
        LinuxGuest guest,
        Action<string, LinuxDemoStepReport?> onStep,
        CancellationToken cancellationToken)
    {
        _waitingFor = $"'{step.Name}' does not end";
        onStep(step.Name, null);
        long start = Stopwatch.GetTimestamp();
        LinuxDemoFinding finding;
        try
        {
            finding = await step.Show(guest, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ServiceFailedException or TimeoutException)
        {
            throw new ServiceFailedException(
                $"'{step.Name}': {Output.Notice.OneLine(exception)}; --verbose shows the kernel's log", exception);
        }

        double milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
        var report = new LinuxDemoStepReport(
            step.Name, finding.Messages, milliseconds, finding.Answers, [.. finding.KernelLines]);
        _reports.Add(report);
        onStep(step.Name, report);
    }

    private static void ThrowIfKernelComplains(LinuxGuest guest)
    {
        string? complaint = guest.KernelLog.FirstOrDefault(
            line => s_complaints.Any(sign => line.Contains(sign, StringComparison.Ordinal)));
        if (complaint is not null)
        {
            throw new ServiceFailedException($"the kernel complains: {complaint}; --verbose shows its log");
        }
    }
}
