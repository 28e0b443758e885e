// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>A command about one processor that is there already.</summary>
internal abstract class ProcessorCommand : DeviceCommand
{
    private readonly Argument<string?> _processor;

    /// <summary>Makes the command.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="defaultTimeoutSeconds">The whole run's limit when none is given; 0 is none.</param>
    /// <param name="isRequired">Whether the processor must be named, because something else follows.</param>
    protected ProcessorCommand(string name, string description, int defaultTimeoutSeconds, bool isRequired = false)
        : base(name, description, defaultTimeoutSeconds)
    {
        _processor = new("PROCESSOR")
        {
            Description = "The processor: its name, as 'openamp ls' shows it, with kernel: or shared: before it when "
                + "two have the same" + (isRequired ? "." : "; the only one unless given."),
            Arity = isRequired ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        };
        Arguments.Add(_processor);
    }

    /// <summary>Whether the processor's links are wanted.</summary>
    protected virtual bool OpensLinks => false;

    /// <summary>How the processor is treated when it is the kernel's; <see langword="null"/> leaves the kernel's
    /// settings.</summary>
    protected virtual RemoteProcessorOptions? SettingsFor(DeviceRun run, FoundProcessor found) => null;

    /// <summary>Does the work with the processor, which is let go of afterwards and left as it is.</summary>
    protected abstract Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken);

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        using ILoggerFactory logging = run.Common.Logging(run.Line);
        var source = new ProcessorSource(run.Root, logging.CreateLogger(run.Path));
        FoundProcessor found = source.Find(run.Line.GetValue(_processor));
        RemoteProcessor processor = await source.OpenAsync(
            found, OpensLinks, SettingsFor(run, found), cancellationToken).ConfigureAwait(false);
        await using ConfiguredAsyncDisposable end = processor.ConfigureAwait(false);
        return await WorkAsync(run, found, processor, cancellationToken).ConfigureAwait(false);
    }
}
