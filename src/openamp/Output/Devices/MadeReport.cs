// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>An endpoint or a channel that was made or destroyed.</summary>
/// <param name="Command">The command.</param>
/// <param name="Device">Its path in /dev; <see langword="null"/> when it has none.</param>
/// <param name="Result">How it ended.</param>
internal sealed record MadeReport(string Command, string? Device, string Result)
{
    /// <summary>The kernel's name of the channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Prints a text for people, or itself as JSON.</summary>
    public void Write(string text, bool isJson)
        => Screen.Line(isJson ? JsonSerializer.Serialize(this, DeviceReportJson.Default.MadeReport) : text);
}
