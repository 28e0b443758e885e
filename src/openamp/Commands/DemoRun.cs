// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The demo: starts the remote and takes the host's part in every step.</summary>
internal sealed class DemoRun(LinkSettings settings, string waitName, IReadOnlyList<DemoStep> steps, IDemoScreen screen)
{
    private readonly List<DemoStepReport> _reports = [];
    private ServiceSession? _session;

    /// <summary>What the steps did so far.</summary>
    public IReadOnlyList<DemoStepReport> Reports => _reports;

    public int? RemoteProcessId { get; private set; }

    public ulong PeerFaults { get; private set; }

    /// <summary>What the step under way waits for.</summary>
    public string WaitingFor => _session?.WaitingFor ?? "the remote was not started";

    /// <summary>Runs all steps.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        RemoteProcess remote = RemoteProcess.Start(RemoteArguments());
        await using ConfiguredAsyncDisposable ended = remote.ConfigureAwait(false);
        RemoteProcessId = remote.Id;
        screen.Begin(DemoTitle.Of(settings, remote.Id), steps);
        try
        {
            foreach (DemoStep step in steps)
            {
                await RunAsync(step, remote, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await screen.EndAsync().ConfigureAwait(false);
        }

        await remote.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (remote.ExitCode != 0)
        {
            await ThrowRemoteFailedAsync(remote).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(DemoStep step, RemoteProcess remote, CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var session = new ServiceSession(settings, step.Host);
        _session = session;
        Task run = session.RunOnceAsync(abandoned.Token);
        Task shown = screen.ShowAsync(step, session);
        await Task.WhenAny(run, remote.Ended).ConfigureAwait(false);
        bool isLast = step == steps[^1];
        bool remoteFailed = !run.IsCompleted && !(isLast && remote.ExitCode == 0);
        if (remoteFailed)
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
        }

        await shown.ConfigureAwait(false);
        PeerFaults += session.Totals.PeerFaults;
        if (session.Service is { } service)
        {
            _reports.Add(DemoStepReport.From(step.Name, service));
        }

        if (remoteFailed && !cancellationToken.IsCancellationRequested)
        {
            await ThrowRemoteFailedAsync(remote).ConfigureAwait(false);
        }

        await run.ConfigureAwait(false);
    }

    private static async Task ThrowRemoteFailedAsync(RemoteProcess remote)
    {
        string errors = await remote.ErrorsAsync().ConfigureAwait(false);
        throw new ServiceFailedException($"the remote process ended with code {remote.ExitCode}: {errors}");
    }

    private IEnumerable<string> RemoteArguments()
    {
        LinkSettings theirs = settings.Opposite();
        return
        [
            DemoRemoteCommand.CommandName,
            "--role", theirs.Role.ToString().ToLower(CultureInfo.InvariantCulture),
            "--socket", theirs.Side.ToString().ToLower(CultureInfo.InvariantCulture),
            "--shm", theirs.SharedMemoryName,
            "--socket-path", theirs.SocketPath,
            "--wait", waitName,
            "--timeout", "0",
        ];
    }
}
