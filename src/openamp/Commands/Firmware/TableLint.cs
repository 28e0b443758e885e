// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Runs the linter on a file's resource table, with the table's place in the file.</summary>
internal static class TableLint
{
    /// <summary>Looks at the table.</summary>
    /// <exception cref="FirmwareException">The file has no table.</exception>
    public static IReadOnlyList<ResourceTableDiagnostic> Run(FirmwareFile file, LintOptions options, ParseResult line)
        => ResourceTableLinter.Lint(file.TableBytes().Span, options.Read(line, PlacementOf(file)));

    /// <summary>Looks at the table for the peers that are usual.</summary>
    public static IReadOnlyList<ResourceTableDiagnostic> Run(FirmwareFile file)
        => ResourceTableLinter.Lint(
            file.TableBytes().Span, new ResourceTableLintOptions { Placement = PlacementOf(file) });

    /// <summary>Looks at the table for these peers alone.</summary>
    public static IReadOnlyList<ResourceTableDiagnostic> Run(FirmwareFile file, ResourceTablePeers peers)
        => ResourceTableLinter.Lint(
            file.TableBytes().Span,
            new ResourceTableLintOptions { Placement = PlacementOf(file), Peers = peers });

    private static TablePlacement? PlacementOf(FirmwareFile file)
    {
        if (file.Parts.Count == 0)
        {
            return null;
        }

        FirmwarePart part = file.OnlyPart;
        return new()
        {
            FileOffsetBytes = part.Table.OffsetBytes + part.OffsetBytes,
            Address = part.Table.Address,
            Segments =
            [
                .. part.LoadableSegments.Select(segment => new TableSegment(
                    segment.PhysicalAddress,
                    segment.OffsetBytes + (ulong)part.OffsetBytes,
                    segment.FileBytes,
                    segment.MemoryBytes)),
            ],
        };
    }
}
