// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>What was sent and what came.</summary>
internal sealed record TransferReport
{
    public required string Command { get; init; }

    public required string Endpoint { get; init; }

    public required long MessagesSent { get; init; }

    public required long BytesSent { get; init; }

    public required long MessagesReceived { get; init; }

    public required string Result { get; init; }

    public string? Error { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, DeviceReportJson.Default.TransferReport);
}
