// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Simulation;

/// <content>What the library asks of it.</content>
public sealed partial class SimulatedProcessorDriver
{
    /// <inheritdoc/>
    protected override async ValueTask InitializeAsync(
        RemoteProcessorPort port,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(port);
        _port = port;
        await MeetAsync(SimulatedStep.Initialize, cancellationToken).ConfigureAwait(false);
        foreach (SimulatedMemory memory in _options.Memory)
        {
            port.Memory.Add(Allocate(memory));
        }

        if (IsRunningAlready)
        {
            await BootAloneAsync(_options.RunningImage, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask RemoveAsync()
    {
        if (_port is not null)
        {
            await MeetAsync(SimulatedStep.Remove, CancellationToken.None).ConfigureAwait(false);
        }

        Current?.PowerOff();
        _removed.TrySetResult();

        // A program under which native memory is freed would be worse than a leak.
        Task freed = _programs.ContinueWith(
            _ => _blocks.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        _ = await Task.WhenAny(freed, Task.Delay(RemoveTimeout)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ValueTask PrepareAsync(FirmwareImage image, CancellationToken cancellationToken)
        => MeetAsync(SimulatedStep.Prepare, cancellationToken);

    /// <inheritdoc/>
    protected override bool TryMap(string name, DeviceAddress address, ulong lengthBytes, out MemoryRegion? region)
    {
        SimulatedMemory? memory = _options.MappableMemory.FirstOrDefault(candidate
            => unchecked(address.Value - candidate.Address.Value) is var offset
            && offset <= candidate.LengthBytes && lengthBytes <= candidate.LengthBytes - offset);
        region = memory is null ? null : Allocate(memory);
        return region is not null;
    }

    /// <inheritdoc/>
    protected override ResourceDecision Decide(TableResource resource)
        => _options.Decide?.Invoke(resource) ?? ResourceDecision.Default;

    /// <inheritdoc/>
    protected override DeviceAddress? PlaceTable(FirmwareImage? image, int lengthBytes) => _options.TableAddress;

    /// <inheritdoc/>
    protected override async ValueTask StartAsync(RemoteStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        await MeetAsync(SimulatedStep.Start, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (Capabilities.HasFlag(DriverCapabilities.LoadsSegments))
        {
            await LoadAsync(start.Store!, start.Image!, cancellationToken).ConfigureAwait(false);
        }

        SharedRegion? table = null;
        if (start.TableAddress is { } address && start.Table is { } copy)
        {
            if (!start.Memory.TryTranslate(address, (ulong)copy.LengthBytes, out SharedRegion place))
            {
                throw new RemoteProcessorException($"Processor '{Name}' has no memory for its table at "
                    + $"0x{address.Value:x8}.");
            }

            table = place;
        }

        Boot(start.Image!, table);
    }

    /// <inheritdoc/>
    protected override async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        await MeetAsync(SimulatedStep.Stop, cancellationToken).ConfigureAwait(false);
        if (Current is not { } run)
        {
            return;
        }

        run.PowerOff();
        try
        {
            await run.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            throw new RemoteProcessorException($"The firmware of processor '{Name}' ignores that it is stopped: it "
                + "still runs.", error);
        }

        Current = null;
    }

    /// <inheritdoc/>
    protected override ValueTask ShutdownAsync(CancellationToken cancellationToken)
        => MeetAsync(SimulatedStep.Shutdown, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask SuspendAsync(CancellationToken cancellationToken)
    {
        await MeetAsync(SimulatedStep.Suspend, cancellationToken).ConfigureAwait(false);
        Current?.Hold.Hold();
    }

    /// <inheritdoc/>
    protected override async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        await MeetAsync(SimulatedStep.Resume, cancellationToken).ConfigureAwait(false);
        Current?.Hold.Release();
        Current?.WakeWires();
    }

    /// <inheritdoc/>
    protected override async ValueTask<SharedRegion?> AttachAsync(CancellationToken cancellationToken)
    {
        await MeetAsync(SimulatedStep.Attach, cancellationToken).ConfigureAwait(false);
        return IsRunning ? _runningTable
            : throw new RemoteProcessorException($"Processor '{Name}' no longer runs: nobody can attach to it.");
    }

    /// <inheritdoc/>
    protected override ValueTask DetachAsync(CancellationToken cancellationToken)
        => MeetAsync(SimulatedStep.Detach, cancellationToken);

    /// <inheritdoc/>
    protected override LinkDoorbell CreateDoorbell(VdevResource vdev)
    {
        ArgumentNullException.ThrowIfNull(vdev);
        SimulatedFault fault = _options.Faults.Next(SimulatedStep.CreateDoorbell);
        if (fault.Kind == SimulatedFaultKind.Crash)
        {
            Crash(fault, $"Processor '{Name}' was made to crash as its doorbell was made.");
        }

        return fault.Kind is SimulatedFaultKind.None or SimulatedFaultKind.Crash
            ? GetOrAddRun().Open(SimulatedSide.Host, vdev)
            : throw Failed(SimulatedStep.CreateDoorbell);
    }

    private MemoryRegion Allocate(SimulatedMemory memory)
        => new()
        {
            Name = memory.Name,
            Memory = _blocks.Allocate(memory.LengthBytes, memory.Address),
            PhysicalAddress = memory.PhysicalAddress,
            IsPool = memory.IsPool,
        };

    /// <summary>What a boot loader does before anybody comes: nobody allocates anything, so the table says where all
    /// of it is, or leaves it to who attaches.</summary>
    private async ValueTask BootAloneAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        FirmwareStore store = FirmwareStore.FromMemory(file, Name);
        await using (store.ConfigureAwait(false))
        {
            FirmwareImage image = await new ElfFirmwareFormat()
                .ReadAsync(store, _options.Requirements, cancellationToken).ConfigureAwait(false);
            foreach (FirmwareSegment segment in image.Segments)
            {
                _ = _port!.Memory.Reserve(
                    $"running segment {segment.Index}", segment.Address, (ulong)segment.MemoryBytes);
            }

            await LoadAsync(store, image, cancellationToken).ConfigureAwait(false);
            if (image.ResourceTableAddress is { } address
                && _port!.Memory.TryTranslate(
                    address, (ulong)image.ResourceTable!.Value.Length, out SharedRegion table))
            {
                _runningTable = table;
            }

            Boot(image, _runningTable);
        }
    }

    private async ValueTask LoadAsync(FirmwareStore store, FirmwareImage image, CancellationToken cancellationToken)
    {
        foreach (FirmwareSegment segment in image.Segments)
        {
            byte[] content = new byte[segment.MemoryBytes];
            await store.ReadAsync(
                segment.FileOffsetBytes, content.AsMemory(0, (int)segment.FileBytes), cancellationToken)
                .ConfigureAwait(false);
            Copy(segment, content);
        }
    }

    private unsafe void Copy(FirmwareSegment segment, byte[] content)
    {
        if (!_port!.Memory.TryTranslate(segment.Address, (ulong)content.Length, out SharedRegion place))
        {
            throw new RemoteProcessorException($"Segment {segment.Index} needs {content.Length} bytes at "
                + $"0x{segment.Address.Value:x8}, outside the memory of processor '{Name}'.");
        }

        // SAFETY: the map vouches for the range, which is as long as the content.
        content.CopyTo(new Span<byte>(place.Start, content.Length));
    }
}
