// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Fuzz.Tests;

/// <summary>A processor that has memory and is never started.</summary>
internal sealed class FirmwareDriver(FirmwareMemory memory) : RemoteProcessorDriver
{
    public override string Name => "fuzzed";

    public override DriverCapabilities Capabilities => DriverCapabilities.StartStop;

    protected override ValueTask InitializeAsync(RemoteProcessorPort port, CancellationToken cancellationToken)
    {
        port.Memory.Add(new MemoryRegion { Name = "low", Memory = memory.Low });
        port.Memory.Add(new MemoryRegion { Name = "high", Memory = memory.High, IsPool = true });
        return ValueTask.CompletedTask;
    }

    protected override ValueTask RemoveAsync() => ValueTask.CompletedTask;

    protected override LinkDoorbell CreateDoorbell(VdevResource vdev)
        => throw new InvalidOperationException("The processor is never started.");
}
