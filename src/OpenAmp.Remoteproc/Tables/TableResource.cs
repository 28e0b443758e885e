// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>One entry of a <see cref="ResourceTable"/>: a view of the table's private bytes.</summary>
/// <remarks>What is set on it is set in the bytes at once. Addresses and lengths are 64 bits wide whatever the table's
/// version; one that a version 1 table has no room for is refused by name.</remarks>
public abstract class TableResource
{
    private protected TableResource(ResourceTable table, TableEntry entry)
    {
        Table = table;
        Index = entry.Index;
        OffsetBytes = entry.OffsetBytes;
        EntryLengthBytes = entry.LengthBytes;
        Kind = entry.Kind;
        IsRequired = entry.IsRequired;
        ItemVersion = entry.ItemVersion;
    }

    /// <summary>The entry's place in the table, from 0.</summary>
    public int Index { get; }

    /// <summary>Where the entry starts, in bytes from the table's first.</summary>
    public uint OffsetBytes { get; }

    /// <summary>How far its bytes reach: its length, or, where version 1 does not tell one, up to the next entry or the
    /// table's end.</summary>
    public uint EntryLengthBytes { get; }

    /// <summary>What it describes.</summary>
    public ResourceKind Kind { get; }

    /// <summary>Whether a loader that cannot provide it must refuse the firmware.</summary>
    /// <remarks>Version 2 says so in the item. Version 1 does not: there, entries of the four standard types are
    /// required; vendors' and unknown ones, which the loaders in the field step over, are not.</remarks>
    public bool IsRequired { get; }

    /// <summary>Version of the item's layout; 1 for every entry of a version 1 table.</summary>
    public int ItemVersion { get; }

    /// <summary>The type word as it stands in the table.</summary>
    public ResourceType Type => (ResourceType)ReadWord(0);

    /// <summary>The table the entry belongs to.</summary>
    public ResourceTable Table { get; }

    /// <summary>The entry's bytes as they stand now.</summary>
    public ReadOnlyMemory<byte> EntryBytes => Table.Bytes.Slice((int)OffsetBytes, (int)EntryLengthBytes);

    /// <summary>Says which entry it is, for messages.</summary>
    /// <returns>Kind, index and, where it has one, name.</returns>
    public override string ToString() => Invariant($"{Kind} entry {Index}");

    private protected ArgumentException NotInRegion(SharedRegion region, string parameterName)
        => new(
            Invariant($"{this} ends at byte {OffsetBytes + EntryLengthBytes} of the table; the shared table has ")
            + Invariant($"{region.LengthBytes} bytes and must start on a multiple of 4. Map the whole table."),
            parameterName);

    private protected bool IsWide => Table.FormatVersion == ResourceTable.WideVersion;

    private protected static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private protected Span<byte> BytesAt(uint fieldOffset, int lengthBytes)
        => Table.Writable.AsSpan((int)(OffsetBytes + fieldOffset), lengthBytes);

    private protected uint ReadWord(uint fieldOffset)
        => BinaryPrimitives.ReadUInt32LittleEndian(BytesAt(fieldOffset, sizeof(uint)));

    private protected void WriteWord(uint fieldOffset, uint value)
        => BinaryPrimitives.WriteUInt32LittleEndian(BytesAt(fieldOffset, sizeof(uint)), value);

    private protected ulong ReadWide(uint fieldOffset)
        => BinaryPrimitives.ReadUInt64LittleEndian(BytesAt(fieldOffset, sizeof(ulong)));

    private protected void WriteWide(uint fieldOffset, ulong value)
        => BinaryPrimitives.WriteUInt64LittleEndian(BytesAt(fieldOffset, sizeof(ulong)), value);

    private protected ulong ReadAddress(uint narrowOffset, uint wideOffset)
    {
        if (IsWide)
        {
            return ReadWide(wideOffset);
        }

        uint address = ReadWord(narrowOffset);
        return address == ResourceAddress.Any ? ResourceAddress.Any64 : address;
    }

    private protected void WriteAddress(uint narrowOffset, uint wideOffset, ulong value, string field)
    {
        if (IsWide)
        {
            WriteWide(wideOffset, value);
        }
        else if (value == ResourceAddress.Any64)
        {
            WriteWord(narrowOffset, ResourceAddress.Any);
        }
        else
        {
            // All ones would be read back as "anywhere".
            ThrowIfTooWide(value, ResourceAddress.Any - 1, narrowOffset, field);
            WriteWord(narrowOffset, (uint)value);
        }
    }

    private protected ulong ReadLength(uint narrowOffset, uint wideOffset)
        => IsWide ? ReadWide(wideOffset) : ReadWord(narrowOffset);

    private protected void WriteLength(uint narrowOffset, uint wideOffset, ulong value, string field)
    {
        if (IsWide)
        {
            WriteWide(wideOffset, value);
            return;
        }

        ThrowIfTooWide(value, uint.MaxValue, narrowOffset, field);
        WriteWord(narrowOffset, (uint)value);
    }

    private protected string ReadName(uint fieldOffset)
    {
        ReadOnlySpan<byte> field = BytesAt(fieldOffset, ResourceName.SizeBytes);
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private void ThrowIfTooWide(ulong value, ulong largest, uint fieldOffset, string field)
    {
        if (value > largest)
        {
            throw new ResourceTableException(
                new ResourceTableFault(ResourceTableError.ValueTooWide, OffsetBytes + fieldOffset, (uint)(value >> 32)),
                Invariant($"{this}: the {field} 0x{value:x} does not fit the 32-bit field of a version 1 table. ")
                + Invariant($"Expected at most 0x{largest:x}: choose lower memory, or write the table as version 2."));
        }
    }
}
