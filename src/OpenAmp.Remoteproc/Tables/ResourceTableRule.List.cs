// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

public sealed partial record ResourceTableRule
{
    private static IEnumerable<ResourceTableRule> Create()
        => [.. Structure(), .. Memory(), .. Devices(), .. Places()];

    // The numbers up to 029 are those of ResourceTableError.
    private static IEnumerable<ResourceTableRule> Structure() =>
    [
        Error("RSC001", "The table ends inside its head, its offsets, or before the length it tells."),
        Error("RSC002", "The version is neither 1 nor 2."),
        Error("RSC003", "A reserved field or padding is not zero."),
        Error("RSC004", "There are more entries than any table needs."),
        Error("RSC005", "An entry's offset leads into the head or outside the table."),
        Error("RSC006", "An entry reaches past the table's end."),
        Error("RSC007", "An entry runs into another one."),
        Error("RSC008", "A virtio device's entry is not on a multiple of 4."),
        Error("RSC011", "A virtio device has more vrings than any peer takes."),
        Error("RSC012", "A vring's size is zero, no power of two, or above 32768."),
        Error("RSC013", "A vring's alignment is zero or no power of two."),
        Error("RSC014", "Two rings or words of the table have the same notify id."),
        Error("RSC017", "The table is longer than any loader copies."),
        Error("RSC019", "The length in a version 2 table's head is not where its items end."),
        Error("RSC020", "An item's length does not suit its type."),
        Error("RSC021", "An item's priority is neither optional nor required."),
        Error("RSC022", "An item's version is 0."),
        Error("RSC023", "More parameter bytes are set than the item has room for."),
        Error("RSC024", "A trace's method or a parameter block's format has no meaning."),
        Warning("RSC030", "A version 1 entry is not on a multiple of 4."),
        Warning("RSC031", "The type of an entry, or the version of an item, is not known."),
        Error("RSC032", "An item that is not known is required.", ResourceTablePeers.ThisLibrary),
        Warning("RSC033", "The table has no entry."),
    ];

    private static IEnumerable<ResourceTableRule> Memory() =>
    [
        Error("RSC040", "A carveout or a device memory has no length."),
        Error("RSC041", "A region reaches past the end of the address space."),
        Error("RSC042", "A region lies outside the memory there is."),
        Error("RSC043", "Two regions overlap."),
        Error("RSC044", "A vring's address does not suit its alignment."),
        Error("RSC045", "A ring, a buffer region or a trace lies over the resource table."),
        Warning("RSC046", "A carveout has an address, which Linux may not honour.", ResourceTablePeers.Linux),
        Warning("RSC047", "A vring has an address, which Linux may not honour.", ResourceTablePeers.Linux),
        Warning("RSC048", "An address is left to the host, which the C library cannot do.",
            ResourceTablePeers.OpenAmpC),
        Warning("RSC080", "A name has no NUL."),
        Warning("RSC081", "Two entries of a kind have the same name."),
        Error("RSC085", "A trace buffer has no length."),
        Error("RSC086", "A flip-flop trace buffer is too short or not aligned."),
        Error("RSC087", "A trace buffer's address is left to the host, which only this library chooses.",
            ResourceTablePeers.Linux | ResourceTablePeers.OpenAmpC),
    ];

    private static IEnumerable<ResourceTableRule> Devices() =>
    [
        Error("RSC050", "An RPMsg device does not have two vrings."),
        Error("RSC051", "A device has more than two vrings, which Linux refuses.", ResourceTablePeers.Linux),
        Error("RSC052", "A vring's alignment is below 4 or above 1 MiB."),
        Warning("RSC059", "A vring's reserved word is not zero."),
        Error("RSC060", "EVENT_IDX is offered to the C driver, which takes it and does not use it.",
            ResourceTablePeers.OpenAmpC),
        Note("RSC061", "An RPMsg device does not offer the name service."),
        Error("RSC062", "A vendor's entry is the last one, at which Linux fails to boot.", ResourceTablePeers.Linux),
        Error("RSC063", "A device memory needs an IOMMU, without which Linux refuses to boot.",
            ResourceTablePeers.Linux),
        Error("RSC064", "The peer reads version 1 only.", ResourceTablePeers.Linux | ResourceTablePeers.OpenAmpC),
        Warning("RSC065", "Words that a driver or a host writes are not zero in the image."),
        Warning("RSC066", "A feature is offered that these rings do not have."),
        Error("RSC070", "A notify id is above 63, which the C library refuses.", ResourceTablePeers.OpenAmpC),
        Note("RSC071", "A notify id is fixed, and Linux writes its own over it.", ResourceTablePeers.Linux),
    ];

    private static IEnumerable<ResourceTableRule> Places() =>
    [
        Error("RSC090", "The table lies in no loadable segment."),
        Error("RSC091", "The table is not aligned."),
        Error("RSC092", "The table that is read is not the table that is loaded."),
        Error("RSC094", "A ring or a buffer region lies over loaded code or data."),
        Warning("RSC100", "There are several processor state items."),
        Warning("RSC102", "Parameters are not texts \"key=value\", each ended by a NUL."),
        Error("RSC103", "The buffer region is too small for the buffers."),
        Error("RSC104", "There are more buffers than the vring has entries."),
    ];

    private static ResourceTableRule Error(string id, string title, ResourceTablePeers peers = default)
        => new(id, ResourceTableSeverity.Error, title, peers);

    private static ResourceTableRule Warning(string id, string title, ResourceTablePeers peers = default)
        => new(id, ResourceTableSeverity.Warning, title, peers);

    private static ResourceTableRule Note(string id, string title, ResourceTablePeers peers = default)
        => new(id, ResourceTableSeverity.Note, title, peers);
}
