// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Says in words what the core's readers report as numbers.</summary>
internal static class FaultText
{
    public static string RuleIdOf(ResourceTableError error)
        => string.Create(CultureInfo.InvariantCulture, $"RSC{(int)error:D3}");

    public static string Describe(ResourceTableFault fault)
    {
        (string what, string expected, string todo) = Parts(fault);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: expected {expected}, found {Actual(fault)}. {todo}");
    }

    private static string Actual(ResourceTableFault fault) => fault.Error switch
    {
        ResourceTableError.UnsupportedVersion or ResourceTableError.ItemPriority or ResourceTableError.ItemVersion
            or ResourceTableError.UnknownMethod or ResourceTableError.VringCount or ResourceTableError.TooManyEntries
            or ResourceTableError.RingSize
            => fault.Actual.ToString(CultureInfo.InvariantCulture),
        ResourceTableError.Truncated or ResourceTableError.EntryTruncated or ResourceTableError.EntryOverlap
            or ResourceTableError.TableTooLong or ResourceTableError.NoRoom or ResourceTableError.ParametersLength
            => string.Create(CultureInfo.InvariantCulture, $"{fault.Actual} bytes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{fault.Actual:x}"),
    };

    private static (string What, string Expected, string ToDo) Parts(ResourceTableFault fault) => fault.Error switch
    {
        ResourceTableError.Truncated => (
            "the table ends inside its head",
            "a whole head and one offset for each entry",
            "Was the section cut, or is the number of entries wrong?"),
        ResourceTableError.UnsupportedVersion => (
            "the version is not known", "1 or 2", "Is this a resource table at all?"),
        ResourceTableError.MustBeZero => (
            "a reserved field is used", "0", "Clear it: readers refuse the table otherwise."),
        ResourceTableError.TooManyEntries => (
            "there are too many entries",
            $"at most {ResourceTableReader.MaxEntryCount}",
            "Is the number of entries in the head right?"),
        ResourceTableError.OffsetOutside => (
            "an entry's offset leads outside the table",
            "an offset behind the head and before the table's end",
            "Count offsets in bytes from the table's first byte."),
        ResourceTableError.EntryTruncated => (
            "the entry reaches past the table's end",
            "an entry that ends inside the table",
            "Lengthen the table, or correct the entry's lengths and counts."),
        ResourceTableError.EntryOverlap => (
            "the entry runs into another one",
            "an entry that ends before the next one starts",
            "Correct the offset, or the entry's lengths and counts."),
        ResourceTableError.EntryMisaligned => (
            "a virtio device's entry is not aligned",
            "an offset that is a multiple of 4",
            "Align it: both sides access its words while they run."),
        _ => OfRingsAndIds(fault),
    };

    private static (string What, string Expected, string ToDo) OfRingsAndIds(ResourceTableFault fault)
        => fault.Error switch
        {
            ResourceTableError.WrongType => (
                "the entry is of another type", "the type of the verb", "Look at the type word first."),
            ResourceTableError.NotFound => ("there is no such entry", "an index that exists", "Count from 0."),
            ResourceTableError.VringCount => (
                "there are too many vrings", $"at most {VdevEntry.MaxVringCount}", "Use more devices, or fewer rings."),
            ResourceTableError.RingSize => (
                "a vring's size cannot be",
                $"a power of two from 1 to {QueueSize.MaxEntryCount}",
                "Correct the number of descriptors (num)."),
            ResourceTableError.RingAlignment => (
                "a vring's alignment cannot be", "a power of two", "Correct the alignment (align)."),
            ResourceTableError.DuplicateNotifyId => (
                "two vrings have the same notify id",
                "an id of its own, or 0xffffffff to be given one",
                "Change one of them: a kick could not tell the rings apart."),
            ResourceTableError.NoRoom => (
                "the entry does not fit into the memory given", "more room", "Give the writer a longer span."),
            ResourceTableError.EntryCount => (
                "the number of entries added is not the number promised",
                "as many as the writer was created for",
                "Count the entries."),
            _ => OfItems(fault),
        };

    private static (string What, string Expected, string ToDo) OfItems(ResourceTableFault fault) => fault.Error switch
    {
        ResourceTableError.TableTooLong => (
            "the table is too long",
            $"at most {ResourceTableReader.MaxLengthBytes} bytes",
            "Is this a resource table at all?"),
        ResourceTableError.ValueTooWide => (
            "a value does not fit a 32-bit field", "upper half 0", "Choose lower memory, or a version 2 table."),
        ResourceTableError.TableLength => (
            "the length in the head is wrong",
            "the multiple of 8 at which the last item and its padding end",
            "Correct the length: readers map that many bytes."),
        ResourceTableError.ItemLength => (
            "an item's length does not suit its type",
            "the length that its type and its counts add up to",
            "Correct the length, or the counts."),
        ResourceTableError.ItemPriority => (
            "an item's priority has no meaning", "0 (optional) or 1 (required)", "Correct the priority."),
        ResourceTableError.ItemVersion => (
            "an item's version has no meaning", "1 or more", "Correct the version."),
        ResourceTableError.ParametersLength => (
            "the parameters need more bytes than the item has",
            "a length within the item",
            "Correct the length, or reserve more."),
        ResourceTableError.UnknownMethod => (
            "a method or format has no meaning",
            "a number that the item's layout names",
            "Correct it, or raise the item's version and make it optional."),
        _ => ("nothing is wrong", "nothing", "Nothing is to be done."),
    };
}
