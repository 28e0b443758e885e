// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Looks at firmware before the kernel does, which says "-22" and no more.</summary>
/// <remarks>What only the driver knows is not checked: whether each segment lies in memory of the processor. The
/// kernel's log says that (<c>bad phdr da</c>).</remarks>
internal static class KernelFirmwareCheck
{
    private const string Bypass = "Set KernelRemoteProcessorOptions.ChecksFirmware to false to let the kernel decide.";

    // Linux numbers vrings itself, whatever the table says.
    private static readonly string[] Harmless = ["RSC014"];

    /// <summary>Reads an image as the kernel does.</summary>
    /// <param name="store">The image.</param>
    /// <param name="hasIommu">Whether the device has an IOMMU.</param>
    /// <param name="warn">Told what will not work, but is not refused.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The image.</returns>
    /// <exception cref="FirmwareException">The kernel would refuse it, or it cannot work there.</exception>
    public static async ValueTask<FirmwareImage> CheckAsync(
        FirmwareStore store,
        bool hasIommu,
        Action<string> warn,
        CancellationToken cancellationToken)
    {
        FirmwareImage image;
        try
        {
            image = await ReadAsync(store, cancellationToken).ConfigureAwait(false);
        }
        catch (FirmwareException error)
        {
            throw new FirmwareException($"{error.Message} The kernel would refuse it too, with an error number only. "
                + Bypass, error);
        }

        if (image.Segments.Count == 0)
        {
            throw new FirmwareException($"The firmware '{store.Name}' has no loadable segment, so there is nothing to "
                + $"run. {Bypass}");
        }

        CheckTable(store.Name, image, hasIommu, warn);
        return image;
    }

    /// <summary>Reads an image without judging it.</summary>
    /// <returns><see langword="null"/> when it is none that can be read here.</returns>
    public static async ValueTask<FirmwareImage?> TryReadAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(store, cancellationToken).ConfigureAwait(false);
        }
        catch (FirmwareException)
        {
            return null;
        }
    }

    // The kernel accepts only its own byte order.
    private static ValueTask<FirmwareImage> ReadAsync(FirmwareStore store, CancellationToken cancellationToken)
        => new ElfFirmwareFormat().ReadAsync(
            store,
            new FirmwareRequirements
            {
                Elf = new ElfImageRequirements
                {
                    ByteOrders = [BitConverter.IsLittleEndian ? ElfByteOrder.LittleEndian : ElfByteOrder.BigEndian],
                },
            },
            cancellationToken);

    private static void CheckTable(string name, FirmwareImage image, bool hasIommu, Action<string> warn)
    {
        bool hasSection = image.Elf?.Sections.Any(
            section => section.Name == ElfFirmwareFormat.ResourceTableSection) ?? false;
        if (image.ResourceTable is not { } table || !hasSection)
        {
            warn($"The firmware '{name}' has no section {ElfFirmwareFormat.ResourceTableSection}, by which the kernel "
                + "finds the resource table: it will have no virtio device, and most drivers refuse to start it "
                + "(errno 22).");
            return;
        }

        IReadOnlyList<ResourceTableDiagnostic> found = ResourceTableLinter.Lint(table.Span, new ResourceTableLintOptions
        {
            Peers = ResourceTablePeers.Linux,
            HasIommu = hasIommu,
            Placement = PlacementOf(image),
        });
        ResourceTableDiagnostic[] faults = [.. found.Where(IsFault)];
        if (faults.Length > 0)
        {
            throw new FirmwareException($"The resource table of '{name}' cannot work with the kernel: "
                + $"{string.Join(" ", faults.Select(fault => fault.ToString()))} {Bypass}");
        }

        foreach (ResourceTableDiagnostic finding in found.Where(f => f.Severity != ResourceTableSeverity.Note))
        {
            warn($"The resource table of '{name}': {finding}");
        }
    }

    private static bool IsFault(ResourceTableDiagnostic found)
        => found.Severity == ResourceTableSeverity.Error && !Harmless.Contains(found.RuleId);

    private static TablePlacement PlacementOf(FirmwareImage image) => new()
    {
        FileOffsetBytes = image.ResourceTableFileOffsetBytes,
        Address = image.ResourceTableAddress?.Value,
        Segments =
        [
            .. image.Segments.Select(segment => new TableSegment(
                segment.Address.Value,
                (ulong)segment.FileOffsetBytes,
                (ulong)segment.FileBytes,
                (ulong)segment.MemoryBytes)),
        ],
    };
}
