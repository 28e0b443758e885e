// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>A resource table as a person writes it: in JSON, or as objects.</summary>
/// <remarks>
/// <para>JSON with comments and trailing commas; numbers also as texts in hex ("0x1000"), addresses and notify ids also
/// "any". docs/resource-table.md has the schema.</para>
/// <para>A document made from a table gives back that table's bytes, all of them: what no description has a word for is
/// in <see cref="Patches"/>.</para>
/// </remarks>
public sealed class ResourceTableDocument
{
    /// <summary>Version of the table's layout: 1 or 2.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The entries, in order.</summary>
    public required IReadOnlyList<ResourceDescription> Entries { get; set; }

    /// <summary>Length of all bytes when more than the entries need; zeros follow them then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LengthBytes { get; set; }

    /// <summary>Bytes that are written over what the entries give, last.</summary>
    public IReadOnlyList<BytePatch>? Patches { get; set; }

    /// <summary>Reads a document.</summary>
    /// <param name="json">JSON in UTF-8.</param>
    /// <returns>The document.</returns>
    /// <exception cref="ResourceTableException">It is no such document; the message names line, position and
    /// property.</exception>
    public static ResourceTableDocument Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            // A byte order mark is not JSON, but editors write it.
            ReadOnlySpan<byte> text = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
            ResourceTableDocument document
                = JsonSerializer.Deserialize(text, ResourceTableJson.Default.ResourceTableDocument)
                    ?? throw new ResourceTableException("Resource table document: expected an object, found null.");
            document.ThrowIfIncomplete();
            return document;
        }
        catch (JsonException error)
        {
            string where = string.Create(
                CultureInfo.InvariantCulture,
                $"line {error.LineNumber + 1}, position {error.BytePositionInLine + 1}, property {error.Path ?? "$"}");
            string what = error.Message.Split(" Path: ")[0];
            throw new ResourceTableException($"Resource table document, {where}: {what}", error);
        }
        catch (NotSupportedException error)
        {
            // An entry without a kind is not reported as malformed JSON, but so; the end of the message says where.
            string[] parts = error.Message.Split(" Path: ");
            string place = parts.Length > 1 ? ", " + parts[1].TrimEnd('.').Split(" | ")[0] : "";
            throw new ResourceTableException(
                $"Resource table document{place}: expected a \"kind\" in each entry, found none.", error);
        }
    }

    /// <summary>Reads a document.</summary>
    /// <param name="json">JSON.</param>
    /// <returns>The document.</returns>
    /// <exception cref="ResourceTableException">It is no such document; the message names line, position and
    /// property.</exception>
    public static ResourceTableDocument Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(System.Text.Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Describes a table so that <see cref="ToBytes"/> gives back its bytes.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The document.</returns>
    public static ResourceTableDocument FromTable(ResourceTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return TableDescriber.Describe(table);
    }

    /// <summary>Writes the document as JSON.</summary>
    /// <returns>JSON, indented.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, ResourceTableJson.Default.ResourceTableDocument);

    /// <summary>Lays the table out.</summary>
    /// <returns>Its bytes, which <see cref="ResourceTable.Parse"/> takes.</returns>
    /// <exception cref="ResourceTableException">A description cannot be written, or the result would be no table; the
    /// message names the entry.</exception>
    public byte[] ToBytes()
    {
        byte[] bytes = LayOut();
        if (!ResourceTable.TryParse(bytes, out _, out ResourceTableFault fault))
        {
            throw new ResourceTableException(fault);
        }

        return bytes;
    }

    /// <summary>Lays the table out and parses it.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="ResourceTableException">In the cases of <see cref="ToBytes"/>.</exception>
    public ResourceTable ToTable() => ResourceTable.Parse(LayOut());

    // What the entries and the patches give, whether it is a table or not.
    internal byte[] LayOut()
    {
        ThrowIfIncomplete();
        byte[] laidOut = Version switch
        {
            1 => NarrowLayout.LayOut(Entries),
            ResourceTable.WideVersion => WideLayout.LayOut(Entries),
            _ => throw new ResourceTableException(
                $"Resource table document, property $.version: expected 1 or 2, found {Version}."),
        };
        uint patchedEnd = Patches is { Count: > 0 } patches ? patches.Max(EndOf) : 0;
        int length = Math.Max(laidOut.Length, LengthBytes);
        if (length > ResourceTableReader.MaxLengthBytes || patchedEnd > length || LengthBytes < 0)
        {
            throw new ResourceTableException(string.Create(
                CultureInfo.InvariantCulture,
                $"Resource table document: the table has {length} bytes and patches up to byte {patchedEnd}. ")
                + $"Expected at most {ResourceTableReader.MaxLengthBytes} bytes, and patches inside them: see "
                + "$.lengthBytes.");
        }

        Array.Resize(ref laidOut, length);
        foreach (BytePatch patch in Patches ?? [])
        {
            patch.Bytes.Span.CopyTo(laidOut.AsSpan((int)patch.OffsetBytes));
        }

        return laidOut;
    }

    private static uint EndOf(BytePatch patch)
        => (uint)Math.Min(uint.MaxValue, patch.OffsetBytes + (long)patch.Bytes.Length);

    // The generated reader does not look at the members of lists.
    private void ThrowIfIncomplete()
    {
        bool complete = Entries is not null
            && Entries.All(entry => entry is not (null or VdevDescription { Vrings: null }))
            && Entries.OfType<VdevDescription>().All(vdev => vdev.Vrings.All(vring => vring is not null))
            && (Patches is null || Patches.All(patch => patch is not null));
        if (!complete)
        {
            throw new ResourceTableException(
                "Resource table document: expected an object in each place of $.entries, $.entries[].vrings and "
                + "$.patches, found null.");
        }
    }
}
