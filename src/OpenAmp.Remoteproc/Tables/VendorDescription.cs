// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>A vendor's entry.</summary>
public sealed class VendorDescription : ResourceDescription
{
    /// <summary>The type number, 128 to 512.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public required uint Type { get; set; }

    /// <summary>The bytes behind the head, in hex.</summary>
    [JsonConverter(typeof(JsonNumbers.HexBytes))]
    public ReadOnlyMemory<byte> Body { get; set; }

    internal override string KindText => FormattableString.Invariant($"vendor of type {Type}");
}
