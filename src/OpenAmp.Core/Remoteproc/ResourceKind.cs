// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How this library reads an entry of a resource table.</summary>
public enum ResourceKind
{
    /// <summary>The type number has no meaning here: step over the entry, or keep its bytes.</summary>
    Unknown = 0,

    /// <summary>A <see cref="CarveoutEntry"/>.</summary>
    Carveout = 1,

    /// <summary>A <see cref="DevmemEntry"/>.</summary>
    Devmem = 2,

    /// <summary>A <see cref="TraceEntry"/>.</summary>
    Trace = 3,

    /// <summary>A <see cref="VdevEntry"/> with its vrings and configuration space.</summary>
    Vdev = 4,

    /// <summary>A <see cref="VendorEntry"/> and the vendor's bytes.</summary>
    Vendor = 5,

    /// <summary>Bytes passed to the remote. Version 2 only.</summary>
    Parameters = 6,

    /// <summary>The processor's state words. Version 2 only.</summary>
    ProcessorState = 7,
}
