// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>What an entry of a resource table is to be, before it has bytes: one member of a
/// <see cref="ResourceTableDocument"/>.</summary>
/// <remarks>The same names stand in the JSON document, where "kind" says which description it is.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CarveoutDescription), "carveout")]
[JsonDerivedType(typeof(DevmemDescription), "devmem")]
[JsonDerivedType(typeof(TraceDescription), "trace")]
[JsonDerivedType(typeof(VdevDescription), "vdev")]
[JsonDerivedType(typeof(VendorDescription), "vendor")]
[JsonDerivedType(typeof(UnknownDescription), "unknown")]
[JsonDerivedType(typeof(ParametersDescription), "parameters")]
[JsonDerivedType(typeof(ProcessorStateDescription), "processorState")]
public abstract class ResourceDescription
{
    private protected ResourceDescription()
    {
    }

    /// <summary>Whether a host that cannot provide it must refuse the firmware. Version 2 only;
    /// <see langword="null"/> is true for carveouts, device memories and virtio devices, and false for the
    /// rest.</summary>
    public bool? Required { get; set; }

    /// <summary>Where the entry starts, in bytes from the table's first. Version 1 only; <see langword="null"/> is the
    /// first multiple of 4 behind the entry before it.</summary>
    public uint? OffsetBytes { get; set; }

    internal abstract string KindText { get; }

    internal virtual bool IsRequiredByDefault => false;

    internal bool IsRequired => Required ?? IsRequiredByDefault;
}
