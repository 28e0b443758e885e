// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Stack;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware stack</c>: how deep the stacks of a firmware can become, and whether they may.
/// </summary>
internal sealed class FirmwareStackCommand : FileCommand
{
    private readonly Argument<string> _elf = new("ELF") { Description = "A linked firmware." };

    private readonly Option<long?> _limit = new("--limit-thread")
    {
        Description = "What the thread's stack may take, in bytes, where that is less than what the linker set aside.",
        HelpName = "BYTES",
    };

    public FirmwareStackCommand()
        : base(
            "stack",
            "Tells from the instructions how deep each stack of a firmware can become and by which calls, and fails "
            + "when that is more than is set aside or there is no bound. The build of firmware does the same. "
            + "Example: openamp firmware stack artifacts/firmware/mps2-an386/echo.elf")
    {
        Arguments.Add(_elf);
        Options.Add(_limit);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        string name = line.GetRequiredValue(_elf);
        byte[] bytes = await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false);
        StackReport report = StackAnalysis.Of(new CodeImage(bytes, name), line.GetValue(_limit));
        if (IsJson(line))
        {
            string text = JsonSerializer.Serialize(report, FileReportJson.Default.StackReport);
            await Console.Out.WriteLineAsync(text).ConfigureAwait(false);
        }
        else
        {
            Write(report);
        }

        foreach (string error in report.Errors)
        {
            Notice.Write(path, error);
        }

        return report.Errors.Count == 0 ? RunResult.Ok : RunResult.Failed;
    }

    private static void Write(StackReport report)
    {
        if (report.Stacks.Count > 0)
        {
            Screen.Line(report.Line);
        }

        foreach (StackBound bound in report.Stacks)
        {
            Screen.Line($"{bound.Stack}, deepest calls:");
            foreach (StackFrame frame in bound.Chain)
            {
                Screen.Line(FormattableString.Invariant($"{frame.Bytes,8}  {frame.Function}"));
            }
        }

        foreach (string caller in report.IndirectCalls)
        {
            Screen.Line($"indirect call in {caller}: counts as the deepest function that a pointer may lead to");
        }
    }
}
