// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Devices;

/// <summary>A command about processors and links that are there already: the kernel's, and those that programs share.
/// </summary>
/// <remarks>What goes wrong is said in one line on standard error and, where the output is JSON, in a report.</remarks>
internal abstract class DeviceCommand : Command
{
    private readonly CommonOptions _common;

    private readonly Option<string> _root = new("--root")
    {
        Description = "The folder that is / for /sys, /dev and /lib/firmware; for a container or a copy.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("OPENAMP_ROOT") is { Length: > 0 } root
            ? root : "/",
    };

    /// <summary>Makes the command.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="defaultTimeoutSeconds">The whole run's limit when none is given; 0 is none.</param>
    protected DeviceCommand(string name, string description, int defaultTimeoutSeconds)
        : base(name, description)
    {
        _root.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } root && !System.IO.Directory.Exists(root))
            {
                result.AddError($"--root takes a folder, and there is none '{root}'.");
            }
        });
        _common = new CommonOptions(defaultTimeoutSeconds, hasWait: false);
        SetAction(RunAsync);
    }

    /// <summary>Whether one ends the command by Ctrl-C: its exit code is then 0.</summary>
    protected virtual bool EndsByInterruption => false;

    /// <summary>Whether reaching --timeout is how the run is meant to end.</summary>
    protected virtual bool EndsAtLimit(ParseResult line) => EndsByInterruption;

    /// <summary>Adds the options that all these commands have; called last, so that help shows them last.</summary>
    protected void AddCommonOptions()
    {
        Options.Add(_root);
        _common.AddTo(this);
    }

    /// <summary>Does the work. What goes wrong is thrown.</summary>
    protected abstract Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken);

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var run = new DeviceRun(
            line, CommandPath.Of(line.CommandResult), new KernelRoot(line.GetRequiredValue(_root)), _common);
        var limited = new LimitedRun(run.Path, _common.IsVerbose(line))
        {
            Limit = _common.Timeout(line),
            WaitingFor = () => run.WaitingFor,
            LimitIsNormal = EndsAtLimit(line),
            TellsInterruption = !EndsByInterruption,
        };
        RunResult result = EndsAtLimit(line) ? RunResult.Ok : RunResult.Failed;
        RunOutcome outcome = await limited.RunAsync(
            async token => result = await WorkAsync(run, token).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        if (outcome.Error is { } error && run.IsJson)
        {
            var report = new FailureReport(run.Path, outcome.Word, error);
            Screen.Line(JsonSerializer.Serialize(report, DeviceReportJson.Default.FailureReport));
        }

        return (int)(outcome.Result switch
        {
            RunResult.Ok => result,
            RunResult.Interrupted when EndsByInterruption => RunResult.Ok,
            RunResult other => other,
        });
    }
}
