// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>A text buffer the remote processor logs to.</summary>
public sealed class TraceDescription : ResourceDescription
{
    /// <summary>Name, at most 31 bytes of UTF-8.</summary>
    public required string Name { get; set; }

    /// <summary>Device address of the buffer.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public required ulong Address { get; set; }

    /// <summary>Length in bytes; with its control block for <see cref="TraceMethod.FlipFlop"/>.</summary>
    [JsonConverter(typeof(JsonNumbers.WideHex))]
    public required ulong LengthBytes { get; set; }

    /// <summary>How the remote writes into it; version 1 has <see cref="TraceMethod.PlainText"/> only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TraceMethod Method { get; set; }

    /// <summary>Id of the notification that a half is full, or <see cref="Remoteproc.NotifyId.Any"/> ("any"). Version 2
    /// only.</summary>
    [JsonConverter(typeof(JsonNumbers.Notify))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint NotifyId { get; set; }

    internal override string KindText => $"trace '{Name}'";
}
