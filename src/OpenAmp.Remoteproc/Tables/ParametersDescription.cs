// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>Room for bytes that the host passes to the remote, and their default values. Version 2 only.</summary>
public sealed class ParametersDescription : ResourceDescription
{
    /// <summary>Name, at most 31 bytes of UTF-8.</summary>
    public required string Name { get; set; }

    /// <summary>Room in bytes; as much as the values need unless said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CapacityBytes { get; set; }

    /// <summary>Values, which make it a <see cref="ParametersFormat.KeyValues"/> block.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; set; }

    /// <summary>How <see cref="Bytes"/> are to be read; not looked at when there are <see cref="Values"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ParametersFormat Format { get; set; }

    /// <summary>Bytes, in hex, instead of <see cref="Values"/>.</summary>
    [JsonConverter(typeof(JsonNumbers.HexBytes))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ReadOnlyMemory<byte> Bytes { get; set; }

    internal override string KindText => $"parameters '{Name}'";
}
