// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Writes reports about processors and links as JSON, one object a command, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(UdevReport))]
[JsonSerializable(typeof(InventoryReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(InspectionReport))]
[JsonSerializable(typeof(ActionReport))]
[JsonSerializable(typeof(PingReport))]
[JsonSerializable(typeof(TransferReport))]
[JsonSerializable(typeof(MadeReport))]
[JsonSerializable(typeof(DumpReport))]
internal sealed partial class DeviceReportJson : JsonSerializerContext;
