// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device with its vrings and its configuration space.</summary>
public sealed class VdevDescription : ResourceDescription
{
    /// <summary>Which kind of virtio device it is; RPMsg (7) unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public uint DeviceId { get; set; } = VdevEntry.RpmsgDeviceId;

    /// <summary>Id of notifications about status, features and configuration, or
    /// <see cref="Remoteproc.NotifyId.Any"/> ("any"), which it is unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Notify))]
    public uint NotifyId { get; set; } = Remoteproc.NotifyId.Any;

    /// <summary>Features the device offers, bit n being feature n; version 1 has room for 0 to 31.</summary>
    [JsonConverter(typeof(JsonNumbers.WideHex))]
    public ulong DeviceFeatures { get; set; }

    /// <summary>Features the driver accepts; zero in an image.</summary>
    [JsonConverter(typeof(JsonNumbers.WideHex))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong DriverFeatures { get; set; }

    /// <summary>Device status; zero in an image.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public byte Status { get; set; }

    /// <summary>The vrings; of RPMsg two, the first for messages to the driver.</summary>
    public required IReadOnlyList<VringDescription> Vrings { get; set; }

    /// <summary>The configuration space, in hex; none unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.HexBytes))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ReadOnlyMemory<byte> ConfigSpace { get; set; }

    /// <summary>Buffer region and sizes. Version 2 only; <see langword="null"/> leaves all to the host.</summary>
    public VdevBuffersDescription? Buffers { get; set; }

    internal override string KindText => FormattableString.Invariant($"vdev with id {DeviceId}");

    internal override bool IsRequiredByDefault => true;
}
