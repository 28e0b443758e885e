// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;

namespace OpenAmp.Qemu;

/// <summary>Something that QEMU says unasked.</summary>
/// <param name="Name">What happened, such as <c>SHUTDOWN</c>.</param>
/// <param name="Details">Its data; undefined when it has none.</param>
internal readonly record struct QmpEvent(string Name, JsonElement Details)
{
    /// <summary>A text of the details; empty when there is none of that name.</summary>
    public string Text(string member)
        => Details.ValueKind == JsonValueKind.Object && Details.TryGetProperty(member, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>Whether a member of the details is true.</summary>
    public bool Flag(string member)
        => Details.ValueKind == JsonValueKind.Object && Details.TryGetProperty(member, out JsonElement value)
            && value.ValueKind == JsonValueKind.True;
}
