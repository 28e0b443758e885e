// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>The command <c>coredump inspect</c>.</summary>
internal sealed class CoreDumpInspectCommand : FileCommand
{
    private const int MaxMemoryBytes = 1 << 20;

    private readonly Argument<string> _core = new("CORE") { Description = "The core dump." };

    private readonly Option<string?> _firmware = new("--firmware")
    {
        Description = "The firmware that ran: gives names to addresses, tells what memory is for, where trace buffers "
            + "are, and what was changed that may not change.",
        HelpName = "FIRMWARE.elf",
    };

    private readonly Option<KeyValuePair<string, ulong>[]> _registers = new("--register")
    {
        Description = "A register that the dump does not have, read with a debugger: pc, sp, lr or any other; once for "
            + "each.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
        CustomParser = ReadRegisters,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _symbols = new("--symbol")
    {
        Description = "Show the value of a variable of the firmware, and nothing else; once for each.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<MemoryUse[]> _memory = new("--memory")
    {
        Description = "Show bytes of memory, and nothing else; LENGTH may end in K or M; once for each.",
        HelpName = "ADDRESS:LENGTH",
        DefaultValueFactory = _ => [],
        CustomParser = ReadRanges,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _traceLines = new("--trace-lines")
    {
        Description = "How many of the last lines of each trace buffer to show.",
        HelpName = "LINES",
        DefaultValueFactory = _ => 10,
    };

    public CoreDumpInspectCommand()
        : base(
            "inspect",
            "Shows the memory that a core dump has, and with its firmware what it is for, the registers if there are "
            + "any, where the processor was, its last words, and whether code or constants were overwritten. "
            + "Example: openamp coredump inspect rproc0.core --firmware firmware.elf --symbol error_count")
    {
        Arguments.Add(_core);
        Options.Add(_firmware);
        Options.Add(_registers);
        Options.Add(_symbols);
        Options.Add(_memory);
        Options.Add(_traceLines);
        AddCommonOptions();
        _traceLines.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--trace-lines takes 0 or more lines.");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_symbols) is { Length: > 0 } && result.GetValue(_firmware) is null)
            {
                result.AddError("--symbol needs --firmware, which has the symbols.");
            }
        });
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        using var core = CoreFile.Open(line.GetRequiredValue(_core));
        CoreFirmware? firmware = line.GetValue(_firmware) is { } file
            ? new CoreFirmware(await FirmwareFile.OpenAsync(file, cancellationToken).ConfigureAwait(false), core)
            : null;
        CoreDumpReport report = Report(line, path, core, firmware, cancellationToken);
        bool isPart = report.Memory.Count > 0;
        CoreDumpScreen.Write(report, isPart, IsJson(line));
        if (!isPart)
        {
            foreach (string warning in report.Warnings)
            {
                Notice.Write(path, SafeText.Of(warning));
            }
        }

        return RunResult.Ok;
    }

    private CoreDumpReport Report(
        ParseResult line, string path, CoreFile core, CoreFirmware? firmware, CancellationToken cancellationToken)
    {
        var inspection = new CoreInspection(core, firmware);
        IReadOnlyList<CoreThread> threads
            = CoreThread.ReadAll(core, line.GetValue(_registers) ?? [], out string? registerFault);
        ElfHeader header = core.Elf.Header;
        return new()
        {
            Command = path,
            File = line.GetRequiredValue(_core),
            FileBytes = core.LengthBytes,
            Class = ElfWord.Class(header.Class),
            ByteOrder = ElfWord.ByteOrder(header.ByteOrder),
            Machine = ElfWord.Machine(header.Machine),
            Firmware = firmware?.Path,
            TableFrom = firmware?.Table is null ? null : firmware.IsTableLive ? "dump" : "firmware",
            Segments = inspection.Segments(cancellationToken),
            Threads = [.. threads.Select(inspection.Report)],
            ReadOnlySegments = firmware is null ? null : inspection.Changes(cancellationToken),
            Traces = firmware is null ? null : inspection.Traces(line.GetValue(_traceLines)),
            Memory =
            [
                .. (line.GetValue(_symbols) ?? []).Select(inspection.Variable),
                .. (line.GetValue(_memory) ?? []).Select(use => inspection.Memory(use.Address, (int)use.LengthBytes)),
            ],
            Warnings =
            [
                .. new[] { core.NoteFault, registerFault, MismatchOf(header, firmware), firmware?.Part.Table.Fault,
                    firmware?.Part.SymbolFault }.OfType<string>(),
            ],
            Result = new RunOutcome(RunResult.Ok).Word,
        };
    }

    private static string? MismatchOf(ElfHeader core, CoreFirmware? firmware)
    {
        if (firmware is null || core.Machine == ElfMachine.None)
        {
            return null;
        }

        ElfHeader image = firmware.Part.Elf.Header;
        return core.Machine == image.Machine && core.ByteOrder == image.ByteOrder
            ? null
            : $"the dump is of {ElfWord.Machine(core.Machine)}, {ElfWord.ByteOrder(core.ByteOrder)}, and "
                + $"'{firmware.Path}' for {ElfWord.Machine(image.Machine)}, {ElfWord.ByteOrder(image.ByteOrder)}: "
                + "is it the firmware that ran?";
    }

    private static KeyValuePair<string, ulong>[] ReadRegisters(ArgumentResult result)
    {
        var registers = new List<KeyValuePair<string, ulong>>();
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            string[] parts = text.Split('=');
            if (parts.Length == 2 && parts[0].Length > 0 && NumberText.TryParse(parts[1], out ulong value))
            {
                registers.Add(new(parts[0], value));
            }
            else
            {
                result.AddError($"--register takes NAME=VALUE, such as pc=0x10000124, not '{text}'.");
            }
        }

        return [.. registers];
    }

    private static MemoryUse[] ReadRanges(ArgumentResult result)
    {
        var ranges = new List<MemoryUse>();
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            string[] parts = text.Split(':');
            if (parts.Length == 2 && NumberText.TryParse(parts[0], out ulong address)
                && NumberText.TryParseLength(parts[1], out ulong length) && length is > 0 and <= MaxMemoryBytes)
            {
                ranges.Add(new(address, length, text));
            }
            else
            {
                result.AddError("--memory takes ADDRESS:LENGTH with at most "
                    + $"{Quantity.Bytes(MaxMemoryBytes)}, such as 0x3ed00000:256, not '{text}'.");
            }
        }

        return [.. ranges];
    }
}
