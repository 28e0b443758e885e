// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>A command that exchanges messages by one endpoint.</summary>
internal abstract class EndpointCommand : DeviceCommand
{
    private readonly EndpointOptions _endpoint = new();

    /// <summary>Makes the command.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">What it does, with an example.</param>
    protected EndpointCommand(string name, string description)
        : base(name, description, defaultTimeoutSeconds: 0)
        => _endpoint.AddTo(this);

    /// <summary>Does the work by the endpoint, which is closed afterwards.</summary>
    protected abstract Task<RunResult> WorkAsync(
        DeviceRun run, OpenedEndpoint opened, CancellationToken cancellationToken);

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        using ILoggerFactory logging = run.Common.Logging(run.Line);
        EndpointTarget target = _endpoint.Target(run.Line);
        var source = new EndpointSource(run.Root, logging.CreateLogger(run.Path));
        run.WaitingFor = $"the remote has no {target.Service ?? "such endpoint"}; openamp ls shows what there is";
        OpenedEndpoint opened = await source.OpenAsync(
            run.Path, target, _endpoint.Read(run.Line), cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable end = opened.ConfigureAwait(false);
        run.WaitingFor = "the work is not done; try a longer --timeout";
        return await WorkAsync(run, opened, cancellationToken).ConfigureAwait(false);
    }
}
