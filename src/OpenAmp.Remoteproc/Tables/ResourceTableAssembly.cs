// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenAmp.Remoteproc;

/// <summary>Writes a resource table as assembler text, for addresses that only the linker knows.</summary>
/// <remarks>In such a document an address or a length may be the name of a symbol, where otherwise a number stands:
/// <c>"address": "__trace_start"</c>. Any other document can be written so too.</remarks>
public static partial class ResourceTableAssembly
{
    // Two numbers that every field takes and that differ in each byte of 32 bits.
    private const string Placeholder = "0x00010000";
    private const string OtherPlaceholder = "0x02020240";

    private static readonly string[] SymbolicProperties = ["address", "physicalAddress", "lengthBytes"];

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Lays the table out as the section <c>.resource_table</c> in GNU assembler's syntax.</summary>
    /// <param name="json">The document, in UTF-8.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ResourceTableException">It is no such document, or an entry cannot be written; the message
    /// names the place.</exception>
    public static string Write(ReadOnlySpan<byte> json)
    {
        List<(JsonObject Owner, string Property, string Symbol)> symbols = [];
        if (Parse(json) is not { } root)
        {
            // Not even JSON: the reader of documents says what is wrong, and where.
            return Format(ResourceTableDocument.Parse(json).ToBytes(), [], sizeof(uint));
        }

        Collect(root, symbols);
        foreach ((JsonObject owner, string property, _) in symbols)
        {
            owner[property] = Placeholder;
        }

        // Without symbols the text itself is read, so that messages name its lines.
        ResourceTableDocument document = symbols.Count == 0 ? ResourceTableDocument.Parse(json) : Read(root);
        byte[] bytes = document.ToBytes();
        int width = document.Version == ResourceTable.WideVersion ? sizeof(ulong) : sizeof(uint);
        SortedDictionary<int, string> places = [];
        foreach ((JsonObject owner, string property, string symbol) in symbols)
        {
            owner[property] = OtherPlaceholder;
            int place = bytes.AsSpan().CommonPrefixLength(Read(root).ToBytes());
            owner[property] = Placeholder;
            places[place] = symbol;
        }

        return Format(bytes, places, width);
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(
                json.StartsWith("\uFEFF"u8) ? json[3..] : json,
                new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            using var document = JsonDocument.ParseValue(ref reader);
            return JsonNode.Parse(document.RootElement.GetRawText(), documentOptions: Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ResourceTableDocument Read(JsonNode root) => ResourceTableDocument.Parse(root.ToJsonString());

    private static void Collect(JsonNode? node, List<(JsonObject Owner, string Property, string Symbol)> symbols)
    {
        if (node is JsonArray array)
        {
            foreach (JsonNode? item in array)
            {
                Collect(item, symbols);
            }
        }
        else if (node is JsonObject owner)
        {
            foreach ((string property, JsonNode? value) in owner.ToArray())
            {
                if (SymbolicProperties.Contains(property) && value?.GetValueKind() == JsonValueKind.String
                    && value.GetValue<string>() is { } text && text != JsonNumbers.AnyText && Symbol().IsMatch(text))
                {
                    symbols.Add((owner, property, text));
                }

                Collect(value, symbols);
            }
        }
    }

    private static string Format(byte[] bytes, SortedDictionary<int, string> symbols, int width)
    {
        var text = new StringBuilder(
            """
            // Generated from the resource table's document; changes are lost.
                    .section .resource_table, "aw", %progbits
                    .balign 8
                    .global openamp_resource_table
                    .type   openamp_resource_table, %object
            openamp_resource_table:

            """);
        int device = FirstDevice(bytes);
        for (int at = 0; at < bytes.Length;)
        {
            if (at == device)
            {
                // Where firmware finds what the host writes, without looking through its own table.
                // The layout is in the name: firmware for one version does not link with a table of the other.
                string name = width == sizeof(ulong) ? "openamp_vdev_item" : "openamp_vdev";
                _ = text.Append("        .global ").AppendLine(name).Append(name).AppendLine(":");
            }

            if (symbols.TryGetValue(at, out string? symbol))
            {
                // Two words, not one of 64 bits: a 32-bit linker has no relocation for that.
                _ = text.Append("        .long   ").Append(symbol)
                    .AppendLine(width == sizeof(ulong) ? ", 0" : "");
                at += width;
                continue;
            }

            int next = symbols.Keys.FirstOrDefault(place => place > at, bytes.Length);
            bool isWord = next - at >= sizeof(uint);
            _ = isWord
                ? text.AppendLine(CultureInfo.InvariantCulture, $"        .long   0x{ReadWord(bytes, at):x8}")
                : text.AppendLine(CultureInfo.InvariantCulture, $"        .byte   0x{bytes[at]:x2}");
            at += isWord ? sizeof(uint) : 1;
        }

        return text.AppendLine("        .size   openamp_resource_table, . - openamp_resource_table").ToString();
    }

    // -1 when there is none. Offsets are multiples of 4, in version 2 of 8.
    private static int FirstDevice(byte[] bytes)
    {
        const int FirstOffset = 16;
        return ReadWord(bytes, 0) switch
        {
            1 => Enumerable.Range(0, (int)ReadWord(bytes, sizeof(uint)))
                .Select(entry => (int)ReadWord(bytes, FirstOffset + (entry * sizeof(uint))))
                .FirstOrDefault(offset => ReadWord(bytes, offset) == (uint)ResourceType.Vdev, -1),
            2 => FirstDeviceItem(bytes),
            _ => -1,
        };
    }

    private static int FirstDeviceItem(byte[] bytes)
    {
        const int LengthAt = 8;
        const int Padding = 7;
        for (int at = ResourceItemTableHeader.SizeBytes; at + ResourceItemHead.SizeBytes <= bytes.Length;)
        {
            if (ReadWord(bytes, at) == (uint)ResourceType.Vdev)
            {
                return at;
            }

            at += ((int)ReadWord(bytes, at + LengthAt) + Padding) & ~Padding;
        }

        return -1;
    }

    private static uint ReadWord(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    [GeneratedRegex(@"^[A-Za-z_.$][A-Za-z0-9_.$]*$")]
    private static partial Regex Symbol();
}
