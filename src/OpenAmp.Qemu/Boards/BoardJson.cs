// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenAmp.Qemu;

/// <summary>The generated reader of the file. Comments and trailing commas are welcome; members that nobody knows are
/// refused, because they are typing mistakes.</summary>
[JsonSourceGenerationOptions(
    AllowTrailingCommas = true,
    AllowDuplicateProperties = false,
    MaxDepth = 16,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BoardDocument))]
internal sealed partial class BoardJson : JsonSerializerContext;
