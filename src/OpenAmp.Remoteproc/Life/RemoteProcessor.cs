// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>A remote processor: its firmware, its memory, its state, its links.</summary>
/// <remarks>
/// <para>Open to every thread. Operations take turns; a stop does not wait for the one under way, it makes it give up.
/// Each operation ends within its deadline in a state that docs/life-cycle.md names, whatever the driver, the firmware
/// and the caller's token do. No lock is held while anything is waited for.</para>
/// <para>Links belong to a run: after a restart, a crash or a stop, the endpoints of the old run end with a reason, and
/// <see cref="Rpmsg"/> gives the new run's link.</para>
/// <para>Who runs the processor is not the program's business: a driver of ours (<see
/// cref="OpenAsync(RemoteProcessorDriver, CancellationToken)"/>), the Linux kernel, or another process that shares it.
/// An implementation overrides the methods whose names end in Core; they are called in turn, in a state that allows the
/// operation, with a token that ends at its deadline. It tells what happens by <see cref="SetState"/> and
/// <see cref="ReportCrash"/>.</para>
/// </remarks>
[SuppressMessage("Usage", "CA2213", Justification = "Disposed by nobody: who still waits for a turn looks at it.")]
[SuppressMessage("Design", "CA1063", Justification = "No finalizer, and DisposeCoreAsync is what is overridden.")]
public abstract partial class RemoteProcessor : IAsyncDisposable
{
    private readonly OperationGate _gate = new();
    private readonly CancellationTokenSource _disposing = new();

    // Ends with the disposal, which more than one may wait for.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    /// <summary>A processor in the state Offline.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="options">How it is treated: its deadlines, hooks, clock and log.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    protected RemoteProcessor(string name, RemoteProcessorOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        Name = name;
        Options = options;
    }

    /// <summary>Name of the processor.</summary>
    public string Name { get; }

    /// <summary>What can be done to it. An operation that it has no capability for throws a
    /// <see cref="NotSupportedException"/>.</summary>
    public abstract DriverCapabilities Capabilities { get; }

    /// <summary>Everything the processor sees, and what of it is taken. Empty when its memory cannot be reached from
    /// here: when the kernel or another process runs it.</summary>
    public virtual MemoryMap Memory { get; } = new();

    /// <summary>The firmware that is loaded, or <see langword="null"/>; also when somebody else loaded it.</summary>
    public virtual FirmwareImage? Image => null;

    /// <summary>The resource table with everything that was allocated, or <see langword="null"/>. What the virtio
    /// devices do to the live table is not in it.</summary>
    public virtual ResourceTable? Table => null;

    /// <summary>The virtio devices of the run, none when it does not run or when they are somebody else's.</summary>
    public virtual IReadOnlyList<RemoteVdev> Vdevs => [];

    /// <summary>The RPMsg links of the run, in table order.</summary>
    public virtual IReadOnlyList<RpmsgLink> Links => [];

    /// <summary>The first RPMsg link of the run.</summary>
    /// <exception cref="RemoteProcessorStateException">The processor does not run, or its firmware has no RPMsg
    /// device.</exception>
    public RpmsgLink Rpmsg => Links is [RpmsgLink first, ..] ? first : throw new RemoteProcessorStateException(
        $"Processor '{Name}' has no RPMsg link: it is {State}, and its firmware has "
        + $"{Table?.Vdevs.Count(vdev => vdev.IsRpmsg) ?? 0} RPMsg devices. {MissingLinkAdvice}");

    /// <summary>The trace buffers that the table names.</summary>
    public virtual IReadOnlyList<TraceResource> Traces => Table?.Traces ?? [];

    /// <summary>How it is treated.</summary>
    protected RemoteProcessorOptions Options { get; }

    /// <summary>What to do when there is no link.</summary>
    protected virtual string MissingLinkAdvice => "Start it, with firmware that has one.";

    /// <summary>Ends when the disposal begins.</summary>
    protected CancellationToken Disposing => _disposing.Token;

    /// <summary>Initialises a driver, and gives the processor to work with.</summary>
    /// <param name="driver">The driver. It belongs to the processor from now on.</param>
    /// <param name="options">How the processor is treated.</param>
    /// <param name="cancellationToken">Ends the initialising.</param>
    /// <returns>The processor: offline, or detached when it runs already. The caller disposes it.</returns>
    /// <exception cref="RemoteProcessorException">The driver cannot be initialised; it was removed.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the driver was removed.</exception>
    public static async ValueTask<RemoteProcessor> OpenAsync(
        RemoteProcessorDriver driver,
        RemoteProcessorOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(driver);
        return await DrivenProcessor.CreateAsync(driver, options ?? new RemoteProcessorOptions(), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc cref="OpenAsync(RemoteProcessorDriver, RemoteProcessorOptions?, CancellationToken)"/>
    public static ValueTask<RemoteProcessor> OpenAsync(
        RemoteProcessorDriver driver,
        CancellationToken cancellationToken)
        => OpenAsync(driver, null, cancellationToken);

    /// <summary>Follows a trace buffer of this run, beside the sinks of the options.</summary>
    /// <param name="name">The buffer's name in the table.</param>
    /// <returns>The follower. It ends with the run, after the last line; the caller may dispose it before.</returns>
    /// <exception cref="RemoteProcessorStateException">The processor does not run.</exception>
    /// <exception cref="KeyNotFoundException">The table names no such buffer.</exception>
    /// <exception cref="TraceBufferException">The buffer lies outside the memory, or is none.</exception>
    public abstract TraceFollower FollowTrace(string name);

    /// <summary>Stops the processor if it was started here, detaches from it if it was not, and removes its driver.
    /// </summary>
    /// <returns>Completes when nothing is left of it: no task, no descriptor, no mapping.</returns>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _ended.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            await _disposing.CancelAsync().ConfigureAwait(false);
            using (await _gate.EnterAsync(preempts: true, CancellationToken.None).ConfigureAwait(false))
            {
                await EndCoreAsync().ConfigureAwait(false);
            }

            await ReleaseCoreAsync().ConfigureAwait(false);
        }
        finally
        {
            EndWaits();
            _ended.TrySetResult();
        }
    }

    /// <summary>Ends the processor, in turn: what of it must not meet an operation. Called once. What fails is best
    /// logged, so that the rest is done.</summary>
    /// <returns>Completes when no operation is possible any more.</returns>
    protected abstract ValueTask EndCoreAsync();

    /// <summary>Lets go of the rest, out of turn: what may itself wait for a turn. Called once, after
    /// <see cref="EndCoreAsync"/>.</summary>
    /// <returns>Completes when nothing is left.</returns>
    protected virtual ValueTask ReleaseCoreAsync() => ValueTask.CompletedTask;
}
