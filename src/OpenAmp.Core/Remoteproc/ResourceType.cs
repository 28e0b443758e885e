// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What an entry of a resource table describes: its first word.</summary>
/// <remarks>
/// The other side may write any number. <see cref="ResourceEntry.Kind"/> sorts numbers into what this library reads,
/// vendors' entries (<see cref="VendorEntry.FirstType"/> to <see cref="VendorEntry.LastType"/>) and the unknown.
/// </remarks>
public enum ResourceType : uint
{
    /// <summary>Memory the remote processor needs (RSC_CARVEOUT).</summary>
    Carveout = 0,

    /// <summary>A device's registers the remote processor needs mapped (RSC_DEVMEM).</summary>
    Devmem = 1,

    /// <summary>A text buffer the remote processor logs to (RSC_TRACE).</summary>
    Trace = 2,

    /// <summary>A virtio device, its vrings and its configuration space (RSC_VDEV).</summary>
    Vdev = 3,

    /// <summary>Bytes that the host passes to the remote. Version 2 only: a version 1 table has no such type.</summary>
    Parameters = 20,

    /// <summary>Words in which remote and host say what they are doing. Version 2 only.</summary>
    ProcessorState = 21,
}
