// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware lint</c>.</summary>
internal sealed class FirmwareLintCommand : FileCommand
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "An ELF file, signed firmware, the bytes of a resource table, or its JSON.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly LintOptions _options = new();

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Fail on warnings too: exit code 1.",
    };

    private readonly Option<bool> _rules = new("--rules") { Description = "List all rules, and look at no file." };

    public FirmwareLintCommand()
        : base(
            "lint",
            "Looks for what will go wrong with a firmware's resource table: rule, place and what to do. The exit code "
            + "is 1 when there are errors. Example: openamp firmware lint firmware.elf --peers linux,open-amp "
            + "--memory ddr=0x3ed00000:1M")
    {
        Arguments.Add(_file);
        _options.AddTo(this);
        Options.Add(_strict);
        Options.Add(_rules);
        AddCommonOptions();
        Validators.Add(result =>
        {
            if (!result.GetValue(_rules) && result.GetValue(_file) is null)
            {
                result.AddError("Name the FILE to look at, or --rules.");
            }
        });
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        if (line.GetValue(_rules))
        {
            LintScreen.WriteRules(path, ResourceTableRule.All, IsJson(line));
            return RunResult.Ok;
        }

        FirmwareFile file = await FirmwareFile.OpenAsync(line.GetValue(_file)!, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<ResourceTableDiagnostic> found = TableLint.Run(file, _options, line);
        ResourceTableSeverity worst = found.Select(item => item.Severity).DefaultIfEmpty().Max();
        ResourceTableSeverity limit = line.GetValue(_strict)
            ? ResourceTableSeverity.Warning : ResourceTableSeverity.Error;
        RunResult result = worst >= limit ? RunResult.Failed : RunResult.Ok;
        LintScreen.Write(Report(line, path, file, found, result), IsJson(line));
        return result;
    }

    private LintReport Report(
        ParseResult line,
        string path,
        FirmwareFile file,
        IReadOnlyList<ResourceTableDiagnostic> found,
        RunResult result) => new()
        {
            Command = path,
            File = file.Path,
            Peers = LintOptions.NamesOf(_options.Peers(line)),
            TableBytes = file.TableBytes().Length,
            Errors = found.Count(item => item.Severity == ResourceTableSeverity.Error),
            Warnings = found.Count(item => item.Severity == ResourceTableSeverity.Warning),
            Notes = found.Count(item => item.Severity == ResourceTableSeverity.Note),
            Findings =
            [
                .. found.Select(item => new FindingReport(
                    item.RuleId,
                    item.Severity.ToString().ToLowerInvariant(),
                    Quantity.Hex(item.OffsetBytes),
                    Quantity.Hex((ulong?)item.FileOffsetBytes),
                    SafeText.Of(item.Message))),
            ],
            Result = new RunOutcome(result).Word,
        };
}
