// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware table get</c>.</summary>
internal sealed class TableGetCommand : FileCommand
{
    private readonly Argument<string> _firmware = new("FIRMWARE") { Description = "An ELF file or signed firmware." };
    private readonly OutputFile _output = new("Where to write the table's bytes.");

    public TableGetCommand()
        : base(
            "get",
            "Takes the bytes of the resource table out of firmware, right or wrong. "
            + "Example: openamp firmware table get firmware.elf -o table.bin")
    {
        Arguments.Add(_firmware);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        _output.ThrowIfTaken(line);
        FirmwareFile file = await FirmwareFile.OpenAsync(line.GetRequiredValue(_firmware), cancellationToken)
            .ConfigureAwait(false);
        ReadOnlyMemory<byte> table = file.OnlyPart.Table.RequireBytes(file.Path);
        WrittenReport.Write(path, _output.Write(line, table.Span), table.Length, "resource table", IsJson(line));
        return RunResult.Ok;
    }
}
