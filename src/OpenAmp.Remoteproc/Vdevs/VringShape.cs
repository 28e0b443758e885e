// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>The layout of a table's vring.</summary>
internal static class VringShape
{
    /// <exception cref="FirmwareException">The entry's numbers make no ring.</exception>
    public static VringLayout Of(VringResource vring)
    {
        if (!QueueSize.TryCreate(vring.EntryCount, out QueueSize size)
            || !VringLayout.TryCreate(size, vring.AlignmentBytes, out VringLayout layout))
        {
            throw new FirmwareException(
                $"{vring} at table offset 0x{vring.OffsetBytes:x} has {vring.EntryCount} entries aligned to "
                + $"{vring.AlignmentBytes} bytes; expected powers of two, at most {QueueSize.MaxEntryCount} entries.");
        }

        return layout;
    }
}
