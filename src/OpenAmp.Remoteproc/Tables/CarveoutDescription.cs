// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>Memory the remote processor needs before it starts.</summary>
public sealed class CarveoutDescription : ResourceDescription
{
    /// <summary>Name, at most 31 bytes of UTF-8.</summary>
    public required string Name { get; set; }

    /// <summary>Device address, or <see cref="ResourceAddress.Any64"/> ("any"), which it is unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public ulong Address { get; set; } = ResourceAddress.Any64;

    /// <summary>Physical address, or <see cref="ResourceAddress.Any64"/> ("any"), which it is unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public ulong PhysicalAddress { get; set; } = ResourceAddress.Any64;

    /// <summary>Length in bytes.</summary>
    [JsonConverter(typeof(JsonNumbers.WideHex))]
    public required ulong LengthBytes { get; set; }

    /// <summary>Flags of an IOMMU mapping.</summary>
    [JsonConverter(typeof(JsonNumbers.WordHex))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Flags { get; set; }

    internal override string KindText => $"carveout '{Name}'";

    internal override bool IsRequiredByDefault => true;
}
