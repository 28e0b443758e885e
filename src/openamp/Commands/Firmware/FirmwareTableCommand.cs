// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware table</c>: prints a table, and holds the commands that read and write one.
/// </summary>
internal sealed class FirmwareTableCommand : FileCommand
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "An ELF file, signed firmware, the bytes of a resource table, or its JSON.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public FirmwareTableCommand()
        : base(
            "table",
            "Prints the resource table of a firmware file as JSON, from which 'build' and 'set' make the same bytes "
            + "again; or takes a table out of firmware, lays one out, and puts one in. "
            + "Example: openamp firmware table firmware.elf > table.json",
            hasJson: false)
    {
        Arguments.Add(_file);
        Add(new TableGetCommand());
        Add(new TableBuildCommand());
        Add(new TableSetCommand());
        AddCommonOptions();
        Validators.Add(result =>
        {
            if (result.GetValue(_file) is null)
            {
                result.AddError("Name the FILE whose table to print, or one of get, build and set.");
            }
        });
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        FirmwareFile file = await FirmwareFile.OpenAsync(line.GetValue(_file)!, cancellationToken)
            .ConfigureAwait(false);
        var table = ResourceTable.Parse(file.TableBytes().Span);
        Screen.Line(ResourceTableDocument.FromTable(table).ToJson());
        return RunResult.Ok;
    }
}
