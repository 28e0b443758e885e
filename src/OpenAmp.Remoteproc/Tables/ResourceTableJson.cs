// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>The generated reader and writer of the JSON document.</summary>
[JsonSourceGenerationOptions(
    AllowTrailingCommas = true,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ResourceTableDocument))]
internal sealed partial class ResourceTableJson : JsonSerializerContext;
