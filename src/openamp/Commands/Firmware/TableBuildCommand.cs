// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware table build</c>.</summary>
internal sealed class TableBuildCommand : FileCommand
{
    private readonly Argument<string> _document = new("DOCUMENT")
    {
        Description = "The table as JSON, as 'openamp firmware table' prints it.",
    };

    private readonly OutputFile _output = new("Where to write the table.");

    private readonly Option<bool> _assembly = new("--assembly")
    {
        Description = "Write assembler text for the section .resource_table; addresses and lengths in the document may "
            + "be names of symbols then, which the linker fills in.",
    };

    public TableBuildCommand()
        : base(
            "build",
            "Lays out the bytes of a resource table that a JSON document describes. "
            + "Example: openamp firmware table build table.json -o table.bin")
    {
        Arguments.Add(_document);
        Options.Add(_assembly);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        _output.ThrowIfTaken(line);
        if (line.GetValue(_assembly))
        {
            byte[] document = await File.ReadAllBytesAsync(line.GetRequiredValue(_document), cancellationToken)
                .ConfigureAwait(false);
            byte[] text = Encoding.UTF8.GetBytes(ResourceTableAssembly.Write(document));
            WrittenReport.Write(path, _output.Write(line, text), text.Length, "assembler text", IsJson(line));
            return RunResult.Ok;
        }

        FirmwareFile file = await FirmwareFile.OpenAsync(line.GetRequiredValue(_document), cancellationToken)
            .ConfigureAwait(false);
        ReadOnlyMemory<byte> table = file.TableBytes();
        WrittenReport.Write(path, _output.Write(line, table.Span), table.Length, "resource table", IsJson(line));
        TableNotice.Tell(path, file);
        return RunResult.Ok;
    }
}
