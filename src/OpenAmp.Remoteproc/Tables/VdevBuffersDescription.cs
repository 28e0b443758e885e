// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>Where a <see cref="VdevDescription"/>'s buffers lie and how many of which size each direction has. Zero
/// leaves a size or a number to the host.</summary>
public sealed class VdevBuffersDescription
{
    /// <summary>Device address of the region of all buffers, or <see cref="ResourceAddress.Any64"/> ("any"), which it
    /// is unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Address))]
    public ulong Address { get; set; } = ResourceAddress.Any64;

    /// <summary>Length of the region in bytes.</summary>
    [JsonConverter(typeof(JsonNumbers.WideHex))]
    public ulong LengthBytes { get; set; }

    /// <summary>Size of a buffer of messages to the driver, in bytes.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public uint ToDriverBufferBytes { get; set; }

    /// <summary>Number of buffers of messages to the driver.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public uint ToDriverBufferCount { get; set; }

    /// <summary>Size of a buffer of messages to the device, in bytes.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public uint ToDeviceBufferBytes { get; set; }

    /// <summary>Number of buffers of messages to the device.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public uint ToDeviceBufferCount { get; set; }
}
