// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>A raw binary: copied as it is to one address. It has no headers, so it recognizes everything: ask it last.
/// </summary>
/// <param name="loadAddress">Device address of its first byte.</param>
/// <param name="entryPoint">Where it starts; its first byte unless said otherwise.</param>
/// <param name="resourceTableOffsetBytes">Where its resource table stands, in bytes from its start;
/// <see langword="null"/> for no table.</param>
/// <param name="resourceTableLengthBytes">Length of the table.</param>
public sealed class RawFirmwareFormat(
    DeviceAddress loadAddress,
    DeviceAddress? entryPoint = null,
    long? resourceTableOffsetBytes = null,
    int resourceTableLengthBytes = 0) : FirmwareFormat
{
    /// <inheritdoc/>
    public override string Name => "raw";

    /// <inheritdoc/>
    public override int HeadBytes => 0;

    /// <inheritdoc/>
    public override bool Recognizes(ReadOnlySpan<byte> head) => true;

    /// <inheritdoc/>
    public override async ValueTask<FirmwareImage> ReadAsync(
        FirmwareStore store,
        FirmwareRequirements requirements,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(requirements);
        if (store.LengthBytes == 0)
        {
            throw new FirmwareException($"The raw image '{store.Name}' is empty: there is nothing to load.");
        }

        byte[]? table = resourceTableOffsetBytes is { } offset
            ? await TableReading.ReadAsync(store, offset, resourceTableLengthBytes, requirements, cancellationToken)
                .ConfigureAwait(false)
            : null;
        return new FirmwareImage
        {
            FormatName = Name,
            EntryPoint = entryPoint ?? loadAddress,
            Segments = [new FirmwareSegment(0, loadAddress, 0, store.LengthBytes, store.LengthBytes)],
            ResourceTable = table,
            ResourceTableFileOffsetBytes = resourceTableOffsetBytes ?? 0,
            ResourceTableAddress = resourceTableOffsetBytes is { } at ? loadAddress.Plus((ulong)at) : null,
        };
    }
}
