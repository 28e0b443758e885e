// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;
using OpenAmp.Tool.Output.Linux;

namespace OpenAmp.Tool.Output;

/// <summary>Writes reports as JSON, one object a command, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(LinuxDemoReport))]
[JsonSerializable(typeof(ServeReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
