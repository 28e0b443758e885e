// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Linux;

/// <summary>Reads and writes the packets of a sharing connection. What it does not know it refuses.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(SharingRequest))]
[JsonSerializable(typeof(SharingPacket))]
internal sealed partial class SharingJson : JsonSerializerContext;
