// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Stack;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware size</c>: how much memory a linked firmware takes, and whether it may.</summary>
internal sealed class FirmwareSizeCommand : FileCommand
{
    private const string StackSection = ".stack";
    private const string TraceSection = ".trace";

    private readonly Argument<string> _elf = new("ELF") { Description = "A linked firmware." };

    private readonly Option<string> _board = new("--board")
    {
        Description = "The board's description, board.json, with the budget.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<ulong?> _flash = new("--flash-budget")
    {
        Description = "What the firmware itself allows of flash, in bytes.",
        HelpName = "BYTES",
    };

    private readonly Option<ulong?> _ram = new("--ram-budget")
    {
        Description = "What the firmware itself allows of RAM without stacks and buffers, in bytes.",
        HelpName = "BYTES",
    };

    private readonly Option<bool> _stack = new("--stack")
    {
        Description = "Also tell how deep the stacks can become, as 'firmware stack' does, and fail as it does.",
    };

    private readonly OutputFile _output = new(
        "Where to write the report as JSON, with all functions.", isRequired: false);

    public FirmwareSizeCommand()
        : base(
            "size",
            "Tells how much flash and RAM a firmware takes, and fails when that is over the board's budget or its own. "
            + "The build of firmware calls it. "
            + "Example: openamp firmware size echo.elf --board firmware/boards/mps2-an386/board.json",
            hasJson: false)
    {
        Arguments.Add(_elf);
        Options.Add(_board);
        Options.Add(_flash);
        Options.Add(_ram);
        Options.Add(_stack);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        string name = line.GetRequiredValue(_elf);
        byte[] bytes = await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false);
        byte[] board = await File.ReadAllBytesAsync(line.GetRequiredValue(_board), cancellationToken)
            .ConfigureAwait(false);
        StackReport? stack = line.GetValue(_stack) ? StackAnalysis.Of(new CodeImage(bytes, name)) : null;
        FirmwareSizeReport report = Measure(line, name, bytes, board) with { Stacks = stack?.Stacks };
        if (_output.PathOf(line) is not null)
        {
            _ = _output.Write(
                line, JsonSerializer.SerializeToUtf8Bytes(report, FileReportJson.Default.FirmwareSizeReport));
        }

        Screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Name} on {report.Board}: {report.FlashBytes:N0} B flash, {report.RamBytes:N0} B RAM, "
            + $"{report.StackBytes:N0} B stack, {report.BufferBytes:N0} B buffers"));
        if (stack?.Stacks.Count > 0)
        {
            Screen.Line(stack.Line);
        }

        string[] errors =
        [
            .. Excesses(report).Select(excess => $"OAF100: {excess}"),
            .. (stack?.Errors ?? []).Select(error => $"OAF101: {report.Name} on {report.Board}: {error}"),
        ];
        foreach (string error in errors)
        {
            Screen.Line($"{name}: error {error}");
        }

        return errors.Length == 0 ? RunResult.Ok : RunResult.Failed;
    }

    private FirmwareSizeReport Measure(ParseResult line, string path, byte[] bytes, byte[] boardJson)
    {
        var image = ElfImage.Parse(bytes);
        var symbols = ElfSymbols.Parse(image, bytes);
        ElfSection[] sections = [.. image.Sections.Where(section => section.IsAllocated)];
        ulong stack = Between(symbols, "__stack_low", "__stack_high")
            + Between(symbols, "__handler_stack_low", "__handler_stack_high");
        ulong workspace = Between(symbols, "__workspace_start", "__workspace_end");
        ulong written = Sum(sections, section => section.Flags.HasFlag(ElfSectionFlags.Write)
            && section.Name is not (StackSection or TraceSection or ".resource_table"));
        using var board = JsonDocument.Parse(boardJson);
        JsonElement budget = board.RootElement.GetProperty("budget");
        return new(
            Path.GetFileNameWithoutExtension(path),
            board.RootElement.GetProperty("name").GetString()!,
            Sum(sections, section => section.Type != ElfSectionType.NoBits),
            written - workspace,
            stack,
            workspace + Sum(sections, section => section.Name == TraceSection),
            budget.GetProperty("flashBytes").GetUInt64(),
            budget.GetProperty("ramBytes").GetUInt64(),
            line.GetValue(_flash),
            line.GetValue(_ram),
            null,
            [.. Functions(symbols)]);
    }

    private static IEnumerable<FirmwareSizeItem> Functions(ElfSymbols symbols)
        => Enumerable.Range(0, symbols.Count)
            .Select(index => symbols[index])
            .Where(symbol => symbol.Kind == ElfSymbolKind.Function && symbol.SizeBytes > 0)
            .DistinctBy(symbol => symbol.Value)
            .OrderByDescending(symbol => symbol.SizeBytes)
            .ThenBy(symbol => symbol.Name, StringComparer.Ordinal)
            .Select(symbol => new FirmwareSizeItem(symbol.Name, symbol.SizeBytes));

    private static ulong Between(ElfSymbols symbols, string low, string high)
        => symbols.TryFind(low, out ElfSymbol start) && symbols.TryFind(high, out ElfSymbol end)
            ? end.Value - start.Value : 0;

    private static ulong Sum(ElfSection[] sections, Func<ElfSection, bool> isMeant)
    {
        ulong sum = 0;
        foreach (ElfSection section in sections.Where(isMeant))
        {
            sum += section.SizeBytes;
        }

        return sum;
    }

    private static IEnumerable<string> Excesses(FirmwareSizeReport report)
    {
        ulong all = report.RamBytes + report.StackBytes + report.BufferBytes;
        (string What, ulong Bytes, ulong? Budget, string Whose)[] sums =
        [
            ("flash", report.FlashBytes, report.FlashBudgetBytes, "the board's budget in board.json"),
            ("RAM with stacks and buffers", all, report.RamBudgetBytes, "the board's budget in board.json"),
            ("flash", report.FlashBytes, report.OwnFlashBudgetBytes, "FirmwareFlashBudget in its project"),
            ("RAM", report.RamBytes, report.OwnRamBudgetBytes, "FirmwareRamBudget in its project"),
        ];
        return sums.Where(sum => sum.Bytes > sum.Budget).Select(sum => string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Name} on {report.Board} takes {sum.Bytes} bytes of {sum.What}, {sum.Whose} is {sum.Budget}: "
            + $"the .size.json beside it lists the functions by size; make it smaller or the budget larger."));
    }
}
