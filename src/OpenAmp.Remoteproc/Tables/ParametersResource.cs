// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>Bytes the host passes to the remote: room that the firmware reserves and the host fills before it starts
/// the processor. Version 2 only.</summary>
public sealed class ParametersResource : TableResource
{
    private const uint UsedLengthOffset = 20;
    private const uint ValueOffset = 56;

    internal ParametersResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>Name of the block.</summary>
    public string Name => ReadName(24);

    /// <summary>How the bytes are to be read.</summary>
    public ParametersFormat Format => (ParametersFormat)ReadWord(16);

    /// <summary>Most bytes the block can hold.</summary>
    public int CapacityBytes => (int)(EntryLengthBytes - ValueOffset);

    /// <summary>The bytes that are set.</summary>
    public ReadOnlyMemory<byte> Value => EntryBytes.Slice((int)ValueOffset, (int)ReadWord(UsedLengthOffset));

    /// <summary>Replaces the bytes; what they leave free is cleared.</summary>
    /// <param name="value">The bytes.</param>
    /// <exception cref="ResourceTableException">They are more than <see cref="CapacityBytes"/>.</exception>
    public void SetValue(ReadOnlySpan<byte> value)
    {
        if (value.Length > CapacityBytes)
        {
            throw new ResourceTableException(
                new ResourceTableFault(
                    ResourceTableError.ParametersLength, OffsetBytes + UsedLengthOffset, (uint)value.Length),
                Invariant($"{this}: {value.Length} bytes do not fit. Expected at most {CapacityBytes}: shorten them, ")
                + "or have the firmware reserve more.");
        }

        Span<byte> room = BytesAt(ValueOffset, CapacityBytes);
        room.Clear();
        value.CopyTo(room);
        WriteWord(UsedLengthOffset, (uint)value.Length);
    }

    /// <summary>Reads the bytes as <see cref="ParametersFormat.KeyValues"/>: "key=value" texts, each ended by a
    /// NUL.</summary>
    /// <returns>The pairs in the order they stand; a text without "=" is a key with an empty value.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> ReadPairs()
    {
        List<KeyValuePair<string, string>> pairs = [];
        string all = Encoding.UTF8.GetString(Value.Span);
        foreach (string text in all.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            pairs.Add(equals < 0 ? new(text, "") : new(text[..equals], text[(equals + 1)..]));
        }

        return pairs;
    }

    /// <summary>Replaces the bytes by pairs, as <see cref="ParametersFormat.KeyValues"/>.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <exception cref="ArgumentException">A key is empty or holds "=", or a text holds a NUL.</exception>
    /// <exception cref="ResourceTableException">They need more than <see cref="CapacityBytes"/>.</exception>
    public void SetPairs(IEnumerable<KeyValuePair<string, string>> pairs) => SetValue(Encode(pairs));

    internal ReadOnlySpan<byte> NameField => BytesAt(24, ResourceName.SizeBytes);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Parameters entry {Index} '{Name}'");

    internal static bool TryEncode(IReadOnlyList<KeyValuePair<string, string>> pairs, out byte[] bytes)
    {
        bool encodable = pairs.All(pair => pair.Key.Length > 0);
        bytes = encodable ? Encode(pairs) : [];
        return encodable;
    }

    internal static byte[] Encode(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        StringBuilder text = new();
        foreach ((string key, string value) in pairs)
        {
            if (key.Length == 0 || key.Contains('=', StringComparison.Ordinal)
                || key.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    Invariant($"The parameter '{key}' cannot be written: a key is not empty and holds no '=', and ")
                    + "neither a key nor a value holds a NUL.",
                    nameof(pairs));
            }

            _ = text.Append(key).Append('=').Append(value).Append('\0');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
