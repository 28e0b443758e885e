// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The demo's other process. It ends when its standard input does: then the demo is gone.</summary>
internal sealed class DemoRemoteCommand : Command
{
    public const string CommandName = "demo-remote";

    private const int DefaultTimeoutSeconds = 60;

    private readonly LinkOptions _link = new(isDeviceAndServer: true);
    private readonly CommonOptions _common = new(DefaultTimeoutSeconds);

    public DemoRemoteCommand()
        : base(CommandName, "The demo's other process; the demo starts it.")
    {
        Hidden = true;
        _link.AddTo(this);
        _common.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        using ILoggerFactory logging = _common.Logging(line);
        using var orphaned = new EndOfInput(cancellationToken);
        LinkSettings settings = _link.Read(line, _common.Wait(line), logging.CreateLogger(Name));
        ServiceSession? session = null;
        var run = new LimitedRun(Name, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            WaitingFor = () => session?.WaitingFor ?? "nothing was started",
        };
        RunOutcome outcome = await run.RunAsync(
            async token =>
            {
                foreach (DemoStep step in DemoStep.All(floodMessagesPerSize: 1))
                {
                    session = new ServiceSession(settings, step.Remote);
                    await session.RunOnceAsync(token).ConfigureAwait(false);
                }
            },
            orphaned.Token).ConfigureAwait(false);
        return (int)outcome.Result;
    }
}
