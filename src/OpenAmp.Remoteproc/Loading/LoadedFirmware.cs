// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Firmware that a processor has in its memory, and all that belongs to it until it is let go.</summary>
internal sealed record LoadedFirmware(
    FirmwareStore Store,
    FirmwareFormat Format,
    FirmwareImage Image,
    ResourceTable? Table,
    ResourceAllocation Allocation)
{
    /// <summary>Where the live table is; <see langword="null"/> when the remote cannot see one.</summary>
    public SharedRegion? LiveTable { get; init; }

    /// <summary>Whether memory is as it was loaded: nothing has run in it yet.</summary>
    public bool IsFresh { get; set; }

    public async ValueTask ReleaseAsync()
    {
        Allocation.Free();
        await Store.DisposeAsync().ConfigureAwait(false);
    }
}
