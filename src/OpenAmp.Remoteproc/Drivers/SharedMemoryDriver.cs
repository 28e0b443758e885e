// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>RPMsg with a processor whose life is not ours: it only attaches and detaches. For a remote that a boot
/// loader, a kernel or another program started, seen through memory and a doorbell that the program has.</summary>
public sealed class SharedMemoryDriver : RemoteProcessorDriver
{
    private readonly SharedMemoryDriverOptions _options;
    private MemoryMap? _memory;

    /// <summary>Describes the processor. Nothing is touched yet.</summary>
    /// <param name="options">What the program has of it.</param>
    public SharedMemoryDriver(SharedMemoryDriverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TableLengthBytes, ResourceTableHeader.SizeBytes);
        _options = options;
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <inheritdoc/>
    public override DriverCapabilities Capabilities => DriverCapabilities.AttachDetach;

    /// <inheritdoc/>
    public override bool IsRunningAlready => true;

    /// <inheritdoc/>
    protected internal override ValueTask InitializeAsync(
        RemoteProcessorPort port,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(port);
        _memory = port.Memory;
        foreach (MemoryRegion region in _options.Regions)
        {
            port.Memory.Add(region);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected internal override ValueTask RemoveAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected internal override ValueTask<SharedRegion?> AttachAsync(CancellationToken cancellationToken)
        => _memory!.TryTranslate(_options.TableAddress, (ulong)_options.TableLengthBytes, out SharedRegion table)
            ? ValueTask.FromResult<SharedRegion?>(table)
            : throw new RemoteProcessorException($"The resource table of processor '{Name}', "
                + $"{_options.TableLengthBytes} "
                + $"bytes at 0x{_options.TableAddress.Value:x8}, is outside its memory: {_memory.Describe()}. Check "
                + "the "
                + "address, or map that memory.");

    /// <inheritdoc/>
    protected internal override ValueTask DetachAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected internal override LinkDoorbell CreateDoorbell(VdevResource vdev) => _options.OpenDoorbell(vdev);
}
