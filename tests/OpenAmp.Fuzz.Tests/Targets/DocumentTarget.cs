// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Remoteproc;
using static OpenAmp.Fuzz.Tests.InvariantException;

namespace OpenAmp.Fuzz.Tests;

/// <summary>A resource table that a person writes as JSON.</summary>
/// <remarks>For every text: only <see cref="ResourceTableException"/> is thrown, with a message. A document that is
/// read and written reads the same again; what it lays out is a table, and that table's own document lays out the same
/// bytes.</remarks>
public static class DocumentTarget
{
    internal static IReadOnlyList<string> Tokens { get; } =
    [
        "\"kind\":", "\"carveout\"", "\"devmem\"", "\"trace\"", "\"vdev\"", "\"vendor\"", "\"unknown\"",
        "\"parameters\"", "\"processorState\"", "\"name\":", "\"lengthBytes\":", "\"address\":", "\"physicalAddress\":",
        "\"any\"", "\"flags\":", "\"notifyId\":", "\"deviceId\":", "\"deviceFeatures\":", "\"configSpace\":",
        "\"vrings\":[", "\"entryCount\":", "\"alignmentBytes\":", "\"buffers\":{", "\"method\":", "\"FlipFlop\"",
        "\"type\":", "\"body\":", "\"required\":", "\"itemVersion\":", "\"capacityBytes\":", "\"values\":{",
        "\"version\":", "\"entries\":[", "\"patches\":[", "\"offsetBytes\":", "\"bytes\":", "null", "true", "{", "}",
        "[", "]", ",", "//", "/*", "\"0x1000\"", "\"01 02\"", "\\u0000", "\\ud800", "1e9", "-1", "0.5", "\xef\xbb\xbf",
    ];

    public static void Run(ReadOnlySpan<byte> text)
    {
        ResourceTableDocument document;
        byte[] table;
        try
        {
            document = ResourceTableDocument.Parse(text);
            CheckSameAgain(document);
            table = document.ToBytes();
        }
        catch (ResourceTableException error)
        {
            ThrowUnless(error.Message.Length > 20, "a refusal says why");
            return;
        }

        ThrowUnless(ResourceTableDocument.Parse(document.ToJson()).ToBytes().AsSpan().SequenceEqual(table),
            "a document that is written and read lays out the same");
        ResourceTable parsed = ResourceTable.Parse(table);
        string described = ResourceTableDocument.FromTable(parsed).ToJson();
        ThrowUnless(ResourceTableDocument.Parse(described).ToBytes().AsSpan().SequenceEqual(table),
            "a table's own document lays out its bytes");
    }

    private static void CheckSameAgain(ResourceTableDocument document)
    {
        string json = document.ToJson();
        ThrowUnless(
            string.Equals(ResourceTableDocument.Parse(json).ToJson(), json, StringComparison.Ordinal),
            "a document that is written and read is the same");
    }
}
