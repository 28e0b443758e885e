// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware inspect</c>.</summary>
internal sealed class FirmwareInspectCommand : FileCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "An ELF file, signed firmware, the bytes of a resource table, or its JSON.",
    };

    private readonly Option<bool> _sections = new("--sections") { Description = "Show all sections of an ELF file." };

    private readonly Option<bool> _symbols = new("--symbols")
    {
        Description = "Show the functions and variables of an ELF file, by address.",
    };

    public FirmwareInspectCommand()
        : base(
            "inspect",
            "Shows what a firmware file is: for which processor, what is loaded where, the resource table and where "
            + "the loader finds it, and who can check its signature. Nothing is loaded or verified. "
            + "Example: openamp firmware inspect firmware.elf --sections")
    {
        Arguments.Add(_file);
        Options.Add(_sections);
        Options.Add(_symbols);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        FirmwareFile file = await FirmwareFile.OpenAsync(line.GetRequiredValue(_file), cancellationToken)
            .ConfigureAwait(false);
        var inspection = new FirmwareInspection(file, line.GetValue(_sections), line.GetValue(_symbols));
        FirmwareReport report = inspection.Report(path);
        FirmwareScreen.Write(report, IsJson(line));
        if (report.Error is { } error)
        {
            Notice.Write(path, SafeText.Of(error));
        }

        return report.Error is null ? RunResult.Ok : RunResult.Failed;
    }
}
