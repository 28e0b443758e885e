// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Reads a resource table out of an image, when its place and length make sense.</summary>
internal static class TableReading
{
    /// <exception cref="FirmwareException">The table reaches past the image, or is absurdly long.</exception>
    public static async ValueTask<byte[]> ReadAsync(
        FirmwareStore store,
        long offsetBytes,
        long lengthBytes,
        FirmwareRequirements requirements,
        CancellationToken cancellationToken)
    {
        if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > store.LengthBytes - lengthBytes)
        {
            throw FirmwareException.EndsEarly(store.Name, store.LengthBytes, offsetBytes, lengthBytes);
        }

        if (lengthBytes < ResourceTableHeader.SizeBytes || lengthBytes > requirements.MaxTableBytes)
        {
            throw new FirmwareException($"The resource table of '{store.Name}' at offset 0x{offsetBytes:x} has "
                + $"{lengthBytes} bytes; expected {ResourceTableHeader.SizeBytes} to {requirements.MaxTableBytes}.");
        }

        byte[] table = new byte[lengthBytes];
        await store.ReadAsync(offsetBytes, table, cancellationToken).ConfigureAwait(false);
        return table;
    }
}
