// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>Bytes of a table that no description has a word for, such as what stands behind a name's NUL.</summary>
public sealed class BytePatch
{
    /// <summary>Where they stand, in bytes from the table's first.</summary>
    [JsonConverter(typeof(JsonNumbers.WordHex))]
    public required uint OffsetBytes { get; set; }

    /// <summary>The bytes, in hex.</summary>
    [JsonConverter(typeof(JsonNumbers.HexBytes))]
    public required ReadOnlyMemory<byte> Bytes { get; set; }
}
