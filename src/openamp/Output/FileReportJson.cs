// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;
using OpenAmp.Tool.Stack;

namespace OpenAmp.Tool.Output;

/// <summary>Writes reports about files as JSON, one object a command, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(FirmwareReport))]
[JsonSerializable(typeof(LintReport))]
[JsonSerializable(typeof(LintRulesReport))]
[JsonSerializable(typeof(WrittenReport))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(CoreDumpReport))]
[JsonSerializable(typeof(BoardsReport))]
[JsonSerializable(typeof(FirmwareSizeReport))]
[JsonSerializable(typeof(StackReport))]
internal sealed partial class FileReportJson : JsonSerializerContext;
