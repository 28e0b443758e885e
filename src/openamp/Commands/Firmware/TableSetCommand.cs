// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware table set</c>.</summary>
internal sealed class TableSetCommand : FileCommand
{
    private readonly Argument<string> _firmware = new("FIRMWARE") { Description = "An ELF file; it is not changed." };

    private readonly Argument<string> _table = new("TABLE")
    {
        Description = "The table: a JSON document, its bytes, or another firmware that has it.",
    };

    private readonly OutputFile _output = new("Where to write the firmware with the table.");

    public TableSetCommand()
        : base(
            "set",
            "Writes a copy of an ELF file whose section .resource_table holds the given table. A table that fits is "
            + "put over the old one, and loaded as before; else the section goes to the end of the file, where no "
            + "segment loads it. Example: openamp firmware table set firmware.elf table.json -o new.elf")
    {
        Arguments.Add(_firmware);
        Arguments.Add(_table);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        _output.ThrowIfTaken(line);
        FirmwareFile firmware = await OpenElfAsync(line.GetRequiredValue(_firmware), cancellationToken)
            .ConfigureAwait(false);
        FirmwareFile table = await FirmwareFile.OpenAsync(line.GetRequiredValue(_table), cancellationToken)
            .ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = table.TableBytes();
        _ = ResourceTable.Parse(bytes.Span);
        ElfEdit edit = ElfEditor.SetSection(firmware.Bytes, ElfFirmwareFormat.ResourceTableSection, bytes.Span);
        string output = _output.Write(line, edit.File.Span, ModeOf(firmware.Path));
        WrittenReport.Write(path, output, edit.File.Length, $"firmware, its table {PlaceOf(edit)}", IsJson(line));
        if (edit.Placement != ElfEditPlacement.InPlace)
        {
            Notice.Write(path, "no segment loads the table there: a host reads it from the file, but firmware that "
                + "looks at its own table needs a section of that size in its program");
        }

        TableNotice.Tell(path, await OpenElfAsync(output, cancellationToken).ConfigureAwait(false));
        return RunResult.Ok;
    }

    private static async ValueTask<FirmwareFile> OpenElfAsync(string path, CancellationToken cancellationToken)
    {
        FirmwareFile file = await FirmwareFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        return file.Kind == FirmwareFileKind.Elf
            ? file
            : throw new FirmwareException(file.Kind == FirmwareFileKind.Signed
                ? $"'{path}' is signed, and no byte of it may change; set the table in the ELF file, then sign it"
                : $"'{path}' is no ELF file; the firmware comes first, then the table");
    }

    // A firmware that runs as a process stays executable.
    private static UnixFileMode? ModeOf(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);

    private static string PlaceOf(ElfEdit edit) => edit.Placement switch
    {
        ElfEditPlacement.InPlace => $"in place at offset {Quantity.Hex(edit.Section.OffsetBytes)}",
        ElfEditPlacement.Moved => $"moved to offset {Quantity.Hex(edit.Section.OffsetBytes)}",
        _ => $"added at offset {Quantity.Hex(edit.Section.OffsetBytes)}",
    };
}
