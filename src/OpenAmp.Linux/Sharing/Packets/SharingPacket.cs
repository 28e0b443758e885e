// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json;

namespace OpenAmp.Linux;

/// <summary>What the program that shares answers, as JSON: exactly one of the parts is there. See docs/sharing.md.
/// </summary>
internal sealed record SharingPacket
{
    public int Version { get; init; } = SharingRequest.CurrentVersion;

    public SharedState? State { get; init; }

    public SharedLine? Line { get; init; }

    public SharedServices? Services { get; init; }

    public SharedOpening? Open { get; init; }

    /// <summary>The peer's address, as soon as an endpoint knows it.</summary>
    public uint? Bound { get; init; }

    /// <summary>An endpoint has ended: the last packet.</summary>
    public SharedEnd? End { get; init; }

    /// <summary>It is done: the last packet.</summary>
    public SharedDone? Done { get; init; }

    /// <summary>It failed: the last packet.</summary>
    public SharedError? Error { get; init; }

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SharingJson.Default.SharingPacket);

    /// <summary>Reads a packet.</summary>
    /// <exception cref="SharingException">No correct program sends it.</exception>
    internal static SharingPacket Parse(ReadOnlySpan<byte> packet)
    {
        try
        {
            return JsonSerializer.Deserialize(packet, SharingJson.Default.SharingPacket) is { } read
                ? read.Version == SharingRequest.CurrentVersion ? read
                    : throw new SharingException($"The program that shares this speaks version {read.Version} of the "
                        + $"protocol, this one {SharingRequest.CurrentVersion}: use the same release in both.")
                : throw new SharingException("The program that shares this sent an empty packet.");
        }
        catch (JsonException error)
        {
            throw new SharingException("The program that shares this sent a packet that is no answer: "
                + error.Message, error);
        }
    }
}
