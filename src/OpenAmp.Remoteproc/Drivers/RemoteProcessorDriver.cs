// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>What one kind of processor must be able to do: the C library's remoteproc operations, as a class.</summary>
/// <remarks>
/// <para>The library calls the asynchronous members one at a time, never holding a lock, each with a token that ends
/// when its deadline passes or the caller gives up. A driver that still does not return is abandoned and the processor
/// counts as crashed. <see cref="CreateDoorbell"/> and what it gives are called from other threads.</para>
/// <para>Order: <see cref="InitializeAsync"/>, then any number of runs (<see cref="PrepareAsync"/>,
/// <see cref="TryMap"/>, <see cref="Decide"/>, <see cref="StartAsync"/> or <see cref="AttachAsync"/>,
/// <see cref="CreateDoorbell"/>, <see cref="StopAsync"/> or <see cref="DetachAsync"/>, <see cref="ShutdownAsync"/>),
/// then <see cref="RemoveAsync"/>.</para>
/// <para>| C | here |: init: <see cref="InitializeAsync"/>; remove: <see cref="RemoveAsync"/>; mmap:
/// <see cref="TryMap"/>; handle_rsc: <see cref="Decide"/>; config: <see cref="PrepareAsync"/>; start, stop, shutdown:
/// of the same name; notify: the doorbell; get_mem: <see cref="RemoteProcessorPort.Memory"/>.</para>
/// </remarks>
public abstract class RemoteProcessorDriver
{
    /// <summary>Name of the processor, in logs and messages, such as <c>m4</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the driver can do. Constant.</summary>
    public abstract DriverCapabilities Capabilities { get; }

    /// <summary>What the processor accepts as firmware. Constant.</summary>
    public virtual FirmwareRequirements Requirements { get; } = new();

    /// <summary>Whether the processor ran before this program came, so that one attaches to it. Asked once, after
    /// <see cref="InitializeAsync"/>.</summary>
    public virtual bool IsRunningAlready => false;

    /// <summary>Makes ready for everything else: maps memory and adds it to the port's map (init).</summary>
    /// <param name="port">The way back to the library; the driver keeps it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when that is done.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done; then <see cref="RemoveAsync"/> is called.
    /// </exception>
    protected internal abstract ValueTask InitializeAsync(
        RemoteProcessorPort port,
        CancellationToken cancellationToken);

    /// <summary>Lets go of everything (remove). Called once, last, and also after a failed
    /// <see cref="InitializeAsync"/>.</summary>
    /// <returns>Completes when that is done. Must not fail.</returns>
    protected internal abstract ValueTask RemoveAsync();

    /// <summary>Powers what must be on before memory is written (config; Linux prepare).</summary>
    /// <param name="image">The image that will be loaded.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when memory may be written.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done.</exception>
    protected internal virtual ValueTask PrepareAsync(FirmwareImage image, CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    /// <summary>Maps memory at a device address that no region of the map holds (mmap).</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="address">First byte.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="region">The region, which the library adds to the map; the driver unmaps it when it is
    /// removed.</param>
    /// <returns><see langword="false"/> when the processor has no such memory.</returns>
    protected internal virtual bool TryMap(
        string name,
        DeviceAddress address,
        ulong lengthBytes,
        out MemoryRegion? region)
    {
        region = null;
        return false;
    }

    /// <summary>Shows the driver a resource before the library handles it (handle_rsc): a vendor's own, usually.
    /// </summary>
    /// <param name="resource">The resource; the driver may read it and set what can be set.</param>
    /// <returns>Who handles it.</returns>
    protected internal virtual ResourceDecision Decide(TableResource resource) => ResourceDecision.Default;

    /// <summary>Where the live table goes, for processors that look for it elsewhere than in their image.</summary>
    /// <param name="image">The image, or <see langword="null"/> when one attaches.</param>
    /// <param name="lengthBytes">Length of the table.</param>
    /// <returns>Its device address, within the map, or <see langword="null"/> for the image's own.</returns>
    protected internal virtual DeviceAddress? PlaceTable(FirmwareImage? image, int lengthBytes) => null;

    /// <summary>Sets the processor running at the image's entry point (start).</summary>
    /// <param name="start">What it runs.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when it runs; it need not have said anything yet.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done; <see cref="StopAsync"/> is called
    /// then.</exception>
    protected internal virtual ValueTask StartAsync(RemoteStart start, CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(StartAsync));

    /// <summary>Stops the processor, by force if it must be (stop). Also called for one that crashed, or whose start
    /// failed: whatever state it is in, it has stopped afterwards.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the stopping.</param>
    /// <returns>Completes when it no longer touches memory.</returns>
    /// <exception cref="RemoteProcessorException">It still runs.</exception>
    protected internal virtual ValueTask StopAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(StopAsync));

    /// <summary>Turns off what <see cref="PrepareAsync"/> turned on (shutdown; Linux unprepare).</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when that is done.</returns>
    protected internal virtual ValueTask ShutdownAsync(CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    /// <summary>Holds the processor where it is.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when it stands still.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done.</exception>
    protected internal virtual ValueTask SuspendAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(SuspendAsync));

    /// <summary>Lets a suspended processor go on.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when it runs.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done.</exception>
    protected internal virtual ValueTask ResumeAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(ResumeAsync));

    /// <summary>Joins a processor that already runs: maps its memory if that was not done.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Where its live table is: all of it, within the map; <see langword="null"/> when it has none.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done.</exception>
    protected internal virtual ValueTask<SharedRegion?> AttachAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(AttachAsync));

    /// <summary>Leaves a processor running without us.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when that is done.</returns>
    /// <exception cref="RemoteProcessorException">It cannot be done.</exception>
    protected internal virtual ValueTask DetachAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(DetachAsync));

    /// <summary>What a core dump says besides the memory: the registers, in notes of type NT_PRSTATUS, one for each
    /// core. Asked for before a dump is written, in whatever state the processor is: of one that crashed the driver
    /// gives the registers as the crash left them, also after <see cref="StopAsync"/>, until it is started again.
    /// </summary>
    /// <param name="cancellationToken">Ends the work; the dump is written without notes then.</param>
    /// <returns>The notes; none when nothing is known. <see cref="CoreRegisters.ToNote"/> makes one.</returns>
    /// <exception cref="RemoteProcessorException">The processor cannot be asked; the dump is written without notes.
    /// </exception>
    protected internal virtual ValueTask<IReadOnlyList<ElfCoreNote>> GetCoreNotesAsync(
        CancellationToken cancellationToken)
        => ValueTask.FromResult<IReadOnlyList<ElfCoreNote>>([]);

    /// <summary>Makes the doorbell of one virtio device, for the run that is about to start (notify, and the wait for
    /// the remote's own). Called before <see cref="StartAsync"/> or after <see cref="AttachAsync"/>.</summary>
    /// <param name="vdev">The device, with its notify ids.</param>
    /// <returns>The doorbell: it says that the peer is gone when the processor has stopped. The caller disposes it.
    /// </returns>
    protected internal abstract LinkDoorbell CreateDoorbell(VdevResource vdev);
}
