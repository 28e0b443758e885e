// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenAmp.Linux;

/// <summary>The first packet of a connection, as JSON: what the other program wants. See docs/sharing.md.</summary>
internal sealed record SharingRequest
{
    /// <summary>The only version there is.</summary>
    internal const int CurrentVersion = 1;

    /// <summary>The longest request, in bytes.</summary>
    internal const int MaxLengthBytes = 8192;

    private const int MaxPathLength = 4096;
    private const int MaxNameLength = 256;

    /// <summary>Left out it is 0, which is refused.</summary>
    public int Version { get; init; } = CurrentVersion;

    public string? Do { get; init; }

    /// <summary>Load: the image, an absolute path.</summary>
    public string? Path { get; init; }

    /// <summary>Trace: the buffer. Endpoint: the service.</summary>
    public string? Name { get; init; }

    /// <summary>Services, endpoint: the link, by its number.</summary>
    public int? Link { get; init; }

    public uint? Local { get; init; }

    public uint? Remote { get; init; }

    public bool? Announce { get; init; }

    public bool? Pause { get; init; }

    public int? Queue { get; init; }

    /// <summary>What is asked for. Valid after <see cref="TryParse"/>.</summary>
    [JsonIgnore]
    internal SharingVerb Verb { get; init; }

    internal static SharingRequest For(SharingVerb verb)
        => new() { Do = WordFor(verb), Verb = verb };

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SharingJson.Default.SharingRequest);

    /// <summary>Reads a request, and checks every field.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="request">The request.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns><see langword="false"/> when no correct program sends it.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> packet, out SharingRequest request, out string fault)
    {
        request = new();
        if (packet.Length > MaxLengthBytes)
        {
            fault = $"a request has at most {MaxLengthBytes} bytes";
            return false;
        }

        try
        {
            request = JsonSerializer.Deserialize(packet, SharingJson.Default.SharingRequest) ?? request;
        }
        catch (JsonException error)
        {
            fault = $"it is no request in JSON: {error.Message}";
            return false;
        }

        fault = request.FindFault(out SharingVerb verb) ?? "";
        request = request with { Verb = verb };
        return fault.Length == 0;
    }

    // As JSON spells names.
    private static string WordFor(SharingVerb verb) => JsonNamingPolicy.CamelCase.ConvertName(verb.ToString());

    private static bool TryFindVerb(string? word, out SharingVerb verb)
    {
        foreach (SharingVerb candidate in Enum.GetValues<SharingVerb>())
        {
            if (word == WordFor(candidate))
            {
                verb = candidate;
                return true;
            }
        }

        verb = default;
        return false;
    }

    private string? FindFault(out SharingVerb verb)
    {
        verb = default;
        if (Version != CurrentVersion)
        {
            return $"its version is {Version}, this program speaks {CurrentVersion}: use the same release in both";
        }

        return !TryFindVerb(Do, out verb) ? "\"do\" names nothing that this program knows"
            : FindMisplaced(verb) is { } field ? $"\"{field}\" is missing for \"{Do}\", or does not belong to it"
            : FindOutOfRange();
    }

    /// <summary>A field that the verb needs and that is not there, or one that it does not have.</summary>
    private string? FindMisplaced(SharingVerb verb)
    {
        bool isEndpoint = verb == SharingVerb.Endpoint;
        bool isOfLink = isEndpoint || verb == SharingVerb.Services;
        return (verb == SharingVerb.Load) != (Path is not null) ? "path"
            : (verb == SharingVerb.Trace && Name is null) || (Name is not null && !isEndpoint
                && verb != SharingVerb.Trace) ? "name"
            : isOfLink != (Link is not null) ? "link"
            : isEndpoint ? null
            : Local is not null ? "local"
            : Remote is not null ? "remote"
            : Announce is not null ? "announce"
            : Pause is not null ? "pause"
            : Queue is not null ? "queue"
            : null;
    }

    private string? FindOutOfRange()
        => Path is { } path && (path.Length > MaxPathLength || path.Contains('\0', StringComparison.Ordinal)
                || !System.IO.Path.IsPathFullyQualified(path))
            ? $"\"path\" is no absolute path of at most {MaxPathLength} characters"
            : Name is { Length: 0 or > MaxNameLength } ? $"\"name\" has 1 to {MaxNameLength} characters"
            : Link < 0 ? "\"link\" is negative"
            : Queue <= 0 ? "\"queue\" is not positive"
            : null;
}
