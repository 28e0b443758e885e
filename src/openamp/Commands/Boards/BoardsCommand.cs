// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Qemu;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Boards;

/// <summary>The command <c>boards</c>.</summary>
internal sealed class BoardsCommand : FileCommand
{
    public BoardsCommand()
        : base(
            "boards",
            "Lists the boards that can be emulated: their cores, where firmware and messages are in their memory, how "
            + "they ring, whether their emulator is here, and which firmware is built for them. "
            + "Example: openamp boards")
        => AddCommonOptions();

    protected override ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        var report = new BoardsReport(
            path, [.. QemuBoard.All.Select(BoardReport.From)], new RunOutcome(RunResult.Ok).Word);
        BoardsScreen.Write(report, IsJson(line));
        return ValueTask.FromResult(RunResult.Ok);
    }
}
