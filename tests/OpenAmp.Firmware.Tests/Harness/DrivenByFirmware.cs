// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Firmware.Tests;

/// <summary>Leaves a processor's RPMsg device to the firmware of another processor.</summary>
internal sealed class DrivenByFirmware : VdevDriver
{
    public override uint DeviceId => 7;

    public override ValueTask<IAsyncDisposable> StartAsync(RemoteVdev vdev, CancellationToken cancellationToken)
        => ValueTask.FromResult<IAsyncDisposable>(new Nothing());

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
