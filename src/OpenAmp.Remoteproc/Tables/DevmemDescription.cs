// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>Registers of a device that the remote processor needs mapped.</summary>
public sealed class DevmemDescription : ResourceDescription
{
    /// <summary>Name, at most 31 bytes of UTF-8.</summary>
    public required string Name { get; set; }

    /// <summary>Device address the remote uses.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public required ulong Address { get; set; }

    /// <summary>Physical address of the registers.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public required ulong PhysicalAddress { get; set; }

    /// <summary>Length in bytes.</summary>
    [JsonConverter(typeof(JsonNumbers.WideHex))]
    public required ulong LengthBytes { get; set; }

    /// <summary>Flags of an IOMMU mapping.</summary>
    [JsonConverter(typeof(JsonNumbers.WordHex))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Flags { get; set; }

    internal override string KindText => $"devmem '{Name}'";

    internal override bool IsRequiredByDefault => true;
}
