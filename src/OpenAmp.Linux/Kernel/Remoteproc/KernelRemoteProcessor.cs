// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>A remote processor that the Linux kernel runs: <c>/sys/class/remoteproc</c> behind
/// <see cref="RemoteProcessor"/>.</summary>
/// <remarks>
/// <para>The kernel loads the firmware, fills the resource table and drives the virtio devices. This says what it shall
/// load and when, notices what happens, and brings the links, the traces and the dumps to the program. The states and
/// what they mean here stand in docs/linux-remoteproc.md.</para>
/// <para>Other programs may do the same to the same processor. What they do is noticed as a change of state, within
/// <see cref="KernelRemoteProcessorOptions.PollInterval"/>.</para>
/// <para><see cref="RemoteProcessor.Memory"/> and <see cref="RemoteProcessor.Vdevs"/> are empty. A write that the
/// kernel does not finish in time keeps a background thread until it does; until then operations are refused.</para>
/// </remarks>
public sealed partial class KernelRemoteProcessor : RemoteProcessor
{
    private readonly KernelRemoteProcessorOptions _options;
    private readonly RemoteprocNode _node;
    private readonly KernelRemoteprocDescription _info;
    private readonly ReleaseGuard? _guard;
    private Task _watch = Task.CompletedTask;
    private FirmwareImage? _image;
    private FirmwarePlace? _place;
    private string? _firmwareBefore;

    // Whether this object started the processor, or attached to it: then it ends it.
    private bool _isStartedHere;
    private bool _isAttachedHere;

    private KernelRemoteProcessor(
        KernelRemoteProcessorOptions options,
        RemoteprocNode node,
        KernelRemoteprocDescription info,
        ReleaseGuard? guard)
        : base(info.Name, options.Processor)
    {
        _options = options;
        _node = node;
        _info = info;
        _guard = guard;
        _log = options.ReadsKernelLog ? KernelLog.TryOpen(options.Root) : null;
    }

    /// <inheritdoc/>
    /// <remarks>Every processor of the kernel is offered AttachDetach; whether its driver can detach is known only when
    /// it is asked.</remarks>
    public override DriverCapabilities Capabilities
        => DriverCapabilities.StartStop | DriverCapabilities.AttachDetach | DriverCapabilities.LoadsSegments;

    /// <summary>The image that was loaded here; <see langword="null"/> when somebody else chose the firmware.</summary>
    public override FirmwareImage? Image => _image;

    /// <summary>What the kernel says of the processor now.</summary>
    /// <returns>Freshly read.</returns>
    /// <exception cref="KernelRemoteprocException">It was removed.</exception>
    public KernelRemoteprocDescription Describe() => _node.TryDescribe() ?? throw Removed();

    /// <summary>Opens a processor of the kernel. Its state is looked at from now on; it is not started or
    /// stopped.</summary>
    /// <param name="options">Which processor, and how it is used.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The processor, in the state that it is in. The caller disposes it.</returns>
    /// <exception cref="KernelRemoteprocException">There is none that fits, there are several, or a file of the kernel
    /// may not be read or written: the message says which, and what to do.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<KernelRemoteProcessor> OpenAsync(
        KernelRemoteProcessorOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        KernelRemoteprocDescription info = KernelRemoteprocs.Find(options.Root, options.Selector);
        var node = new RemoteprocNode(options.Root, info.Node);
        ReleaseGuard? guard = options.StopsWithProgram ? ReleaseGuard.Open(node.CharacterDevice) : null;
        var processor = new KernelRemoteProcessor(options, node, info, guard);
        try
        {
            await processor.BeginAsync(cancellationToken).ConfigureAwait(false);
            return processor;
        }
        catch
        {
            await processor.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (_node.TryRead("state", out Exception? error) is null)
        {
            throw Unreadable("state", error);
        }

        await LookAsync(isFirst: true, cancellationToken).ConfigureAwait(false);
        if (State is not RemoteProcessorState.Crashed)
        {
            await ApplySettingsAsync(isOurRun: false, cancellationToken).ConfigureAwait(false);
        }

        _watch = Task.Run(WatchStateAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA1031", Justification = "Logged, so that the rest is done.")]
    protected override async ValueTask EndCoreAsync()
    {
        using var deadline = new CancellationTokenSource(StopTime, Options.TimeProvider);
        try
        {
            await EndRunAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            RemoteprocLog.EndFailed(Options.Logger, Name, error);
        }

        try
        {
            await GoDownAsync().ConfigureAwait(false);
            _guard?.Release(keeps: _isStartedHere || _isAttachedHere);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            RemoteprocLog.EndFailed(Options.Logger, Name, error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseCoreAsync()
    {
        await _watch.ConfigureAwait(false);
        await _afterCrash.ConfigureAwait(false);
        await _dump.ConfigureAwait(false);
        _look.Dispose();
        _log?.Dispose();
    }

    private async ValueTask EndRunAsync(CancellationToken cancellationToken)
    {
        if (_options.LeavesRunning)
        {
            (_isStartedHere, _isAttachedHere) = (false, false);
            return;
        }

        if (IsStuck)
        {
            return;
        }

        await LookAsync(isFirst: false, cancellationToken).ConfigureAwait(false);
        if (_isAttachedHere && State == RemoteProcessorState.Attached)
        {
            await DetachCoreAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (_isStartedHere && State is RemoteProcessorState.Running or RemoteProcessorState.Crashed)
        {
            await StopCoreAsync(cancellationToken).ConfigureAwait(false);
        }

        // A setting that a crashed processor has cannot be changed, and one of a processor that is gone is gone too.
        if (!_isGone && State != RemoteProcessorState.Crashed)
        {
            await RestoreSettingsAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private KernelRemoteprocException Removed()
        => new($"Processor '{Name}' ({_node.Name}) is gone: its driver was unbound, or its module removed. Open it "
            + "again when it is back; its number may be another then.");

    private KernelRemoteprocException Unreadable(string attribute, Exception? error)
        => new(
            error is FileNotFoundException or DirectoryNotFoundException
                ? Removed().Message
                : $"'{_node.Attribute(attribute)}' cannot be read: {error?.Message} {RemoteprocAdvice.ForDenied}",
            error);
}
