// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>An entry of a type, or an item version, that this library does not know.</summary>
public sealed class UnknownDescription : ResourceDescription
{
    /// <summary>The type number.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public required uint Type { get; set; }

    /// <summary>The bytes behind the head, in hex.</summary>
    [JsonConverter(typeof(JsonNumbers.HexBytes))]
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>Version of the item. Version 2 of the table only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ushort ItemVersion { get; set; }

    internal override string KindText => FormattableString.Invariant($"unknown of type {Type}");
}
