// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>Reads the numbers of a table's document: JSON numbers, or texts in decimal or, behind 0x, in hex.</summary>
internal static class JsonNumbers
{
    public const string AnyText = "any";

    public static ulong Read(ref Utf8JsonReader reader, ulong largest, ulong? any)
    {
        string expected = string.Create(
            CultureInfo.InvariantCulture,
            $"expected a whole number up to 0x{largest:x}, as a number or as a text such as \"0x1000\"")
            + (any is null ? "" : $", or \"{AnyText}\"");
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetUInt64(out ulong number) && number <= largest
                ? number
                : throw new JsonException($"{expected}, found another number.");
        }

        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (text == AnyText && any is { } value)
        {
            return value;
        }

        return TryParse(text, out ulong parsed) && parsed <= largest
            ? parsed
            : throw new JsonException($"{expected}, found {(text is null ? reader.TokenType : $"\"{text}\"")}.");
    }

    public static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    private static bool TryParse(string? text, out ulong value)
    {
        value = 0;
        string digits = (text ?? "").Replace("_", "", StringComparison.Ordinal);
        return digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    internal sealed class Address : JsonConverter<ulong>
    {
        public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonNumbers.Read(ref reader, ulong.MaxValue, ResourceAddress.Any64);

        public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options)
            => writer.WriteStringValue(value == ResourceAddress.Any64 ? AnyText : Hex(value));
    }

    internal sealed class WideHex : JsonConverter<ulong>
    {
        public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonNumbers.Read(ref reader, ulong.MaxValue, null);

        public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options)
            => writer.WriteStringValue(Hex(value));
    }

    internal sealed class WordHex : JsonConverter<uint>
    {
        public override uint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => (uint)JsonNumbers.Read(ref reader, uint.MaxValue, null);

        public override void Write(Utf8JsonWriter writer, uint value, JsonSerializerOptions options)
            => writer.WriteStringValue(Hex(value));
    }

    internal sealed class Word : JsonConverter<uint>
    {
        public override uint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => (uint)JsonNumbers.Read(ref reader, uint.MaxValue, null);

        public override void Write(Utf8JsonWriter writer, uint value, JsonSerializerOptions options)
            => writer.WriteNumberValue(value);
    }

    internal sealed class Notify : JsonConverter<uint>
    {
        public override uint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => (uint)JsonNumbers.Read(ref reader, uint.MaxValue, NotifyId.Any);

        public override void Write(Utf8JsonWriter writer, uint value, JsonSerializerOptions options)
        {
            if (value == NotifyId.Any)
            {
                writer.WriteStringValue(AnyText);
            }
            else
            {
                writer.WriteNumberValue(value);
            }
        }
    }

    internal sealed class HexBytes : JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "not a text";
            string digits = text.Replace(" ", "", StringComparison.Ordinal);
            bool isHex = digits.Length % 2 == 0 && !digits.AsSpan().ContainsAnyExcept(HexDigits);
            return isHex
                ? Convert.FromHexString(digits)
                : throw new JsonException(
                    $"expected bytes as pairs of hex digits such as \"01 02 ff\", found \"{text}\".");
        }

        public override void Write(
            Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options)
            => writer.WriteStringValue(Convert.ToHexStringLower(value.Span));

        private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    }
}
