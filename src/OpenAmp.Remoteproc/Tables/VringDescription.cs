// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>One vring of a <see cref="VdevDescription"/>.</summary>
public sealed class VringDescription
{
    /// <summary>Number of descriptors: a power of two.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public required uint EntryCount { get; set; }

    /// <summary>Alignment of the used ring in bytes: a power of two.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public required uint AlignmentBytes { get; set; }

    /// <summary>Device address, or <see cref="ResourceAddress.Any64"/> ("any"), which it is unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public ulong Address { get; set; } = ResourceAddress.Any64;

    /// <summary>Id of its notifications, or <see cref="Remoteproc.NotifyId.Any"/> ("any"), which it is unless
    /// said.</summary>
    [JsonConverter(typeof(JsonNumbers.Notify))]
    public uint NotifyId { get; set; } = Remoteproc.NotifyId.Any;
}
