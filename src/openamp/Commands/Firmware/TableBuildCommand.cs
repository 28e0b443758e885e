// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware table build</c>.</summary>
internal sealed class TableBuildCommand : FileCommand
{
    private readonly Argument<string> _document = new("DOCUMENT")
    {
        Description = "The table as JSON, as 'openamp firmware table' prints it.",
    };

    private readonly OutputFile _output = new("Where to write the table's bytes.");

    public TableBuildCommand()
        : base(
            "build",
            "Lays out the bytes of a resource table that a JSON document describes. "
            + "Example: openamp firmware table build table.json -o table.bin")
    {
        Arguments.Add(_document);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        _output.ThrowIfTaken(line);
        FirmwareFile file = await FirmwareFile.OpenAsync(line.GetRequiredValue(_document), cancellationToken)
            .ConfigureAwait(false);
        ReadOnlyMemory<byte> table = file.TableBytes();
        WrittenReport.Write(path, _output.Write(line, table.Span), table.Length, "resource table", IsJson(line));
        TableNotice.Tell(path, file);
        return RunResult.Ok;
    }
}
