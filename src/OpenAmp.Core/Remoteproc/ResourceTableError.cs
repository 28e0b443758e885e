// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What is wrong with a resource table, or with what was asked of one.</summary>
/// <remarks>Each says what <see cref="ResourceTableFault.Actual"/> and
/// <see cref="ResourceTableFault.OffsetBytes"/> hold.</remarks>
public enum ResourceTableError
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The table ends inside its head or its offsets. Actual: its length in bytes; offset: where it
    /// ends.</summary>
    Truncated = 1,

    /// <summary>The version is not <see cref="ResourceTableHeader.SupportedVersion"/>. Actual: the version.</summary>
    UnsupportedVersion = 2,

    /// <summary>A field that must be zero is not. Actual: its value; offset: of the field.</summary>
    MustBeZero = 3,

    /// <summary>More entries than <see cref="ResourceTableReader.MaxEntryCount"/>. Actual: their number.</summary>
    TooManyEntries = 4,

    /// <summary>An entry's offset points into the head or past the table. Actual: what it holds; offset: where it
    /// stands.</summary>
    OffsetOutside = 5,

    /// <summary>An entry does not fit before the table's end. Actual: the bytes there are; offset: of the entry, or of
    /// the length that asks too much.</summary>
    EntryTruncated = 6,

    /// <summary>An entry runs into the next one. Actual: the bytes there are; offset: as of
    /// <see cref="EntryTruncated"/>.</summary>
    EntryOverlap = 7,

    /// <summary>A vdev entry, whose fields are shared words, is not on a multiple of 4. Actual and offset: where it
    /// is.</summary>
    EntryMisaligned = 8,

    /// <summary>The entry is of another type than the one asked for, or the number is outside the range of the verb.
    /// Actual: its type.</summary>
    WrongType = 9,

    /// <summary>No entry has that index, or no further vdev is there. Actual: the number asked for.</summary>
    NotFound = 10,

    /// <summary>More vrings than <see cref="VdevEntry.MaxVringCount"/> in a device or in a table. Actual: their number,
    /// as far as counted.</summary>
    VringCount = 11,

    /// <summary>A vring's size is zero, too large or not a power of two. Actual: the size.</summary>
    RingSize = 12,

    /// <summary>A vring's alignment is zero or not a power of two. Actual: the alignment.</summary>
    RingAlignment = 13,

    /// <summary>Two vrings of the table have the same notify id. Actual: the id; offset: of the second one.</summary>
    DuplicateNotifyId = 14,

    /// <summary>Writing: the entry does not fit into the memory given. Actual: the bytes left.</summary>
    NoRoom = 15,

    /// <summary>Writing: as many entries were added as were promised, or not all of them yet. Actual: the number
    /// added.</summary>
    EntryCount = 16,

    /// <summary>The table is longer than <see cref="ResourceTableReader.MaxLengthBytes"/>. Actual: its
    /// length.</summary>
    TableTooLong = 17,

    /// <summary>Setting: an address or a length does not fit the 32-bit field of a version 1 table. Actual: the upper
    /// 32 bits of the value; offset: of the field.</summary>
    ValueTooWide = 18,

    /// <summary>Version 2: the length in the table's head is below the head's own, not a multiple of 8, or not where
    /// the last item ends. Actual: the length.</summary>
    TableLength = 19,

    /// <summary>Version 2: an item's length is too short for its type, or not what its fields add up to. Actual: the
    /// length.</summary>
    ItemLength = 20,

    /// <summary>Version 2: an item's priority has no meaning. Actual: the priority.</summary>
    ItemPriority = 21,

    /// <summary>Version 2: an item says that its layout is version 0. Actual: the version.</summary>
    ItemVersion = 22,

    /// <summary>Version 2: more parameter bytes than the item has room for. Actual: their number.</summary>
    ParametersLength = 23,

    /// <summary>Version 2: a trace's method or a parameter block's format has no meaning. Actual: the number.</summary>
    UnknownMethod = 24,
}
