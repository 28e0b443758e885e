// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>An image in memory.</summary>
internal sealed class MemoryFirmwareStore(ReadOnlyMemory<byte> image, string name) : FirmwareStore
{
    public override string Name => name;

    public override long LengthBytes => image.Length;

    public override ValueTask ReadAsync(
        long offsetBytes,
        Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (offsetBytes < 0 || offsetBytes > image.Length || destination.Length > image.Length - offsetBytes)
        {
            throw FirmwareException.EndsEarly(name, image.Length, offsetBytes, destination.Length);
        }

        image.Slice((int)offsetBytes, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;
}
