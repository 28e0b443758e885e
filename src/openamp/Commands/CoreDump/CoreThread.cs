// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Elf;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>The registers of a thread, or of a processor, when memory was dumped.</summary>
/// <param name="ProcessId">The thread's number; <see langword="null"/> when a person gave the registers.</param>
/// <param name="Signal">The signal that it died of; 0 for none.</param>
/// <param name="Registers">The registers, in the order of the processor's manual.</param>
/// <param name="ReturnName">The register that holds the return address, where there is one.</param>
internal sealed record CoreThread(
    int? ProcessId, int? Signal, IReadOnlyList<KeyValuePair<string, ulong>> Registers, string? ReturnName)
{
    private const int SignalAt = 12;

    /// <summary>Reads all threads out of a dump's notes, and puts what a person says in the place of, or beside, the
    /// first one's registers.</summary>
    /// <param name="core">The dump.</param>
    /// <param name="given">Registers by name.</param>
    /// <param name="fault">Why registers that are there cannot be read; <see langword="null"/> when all can.</param>
    public static IReadOnlyList<CoreThread> ReadAll(
        CoreFile core, IReadOnlyList<KeyValuePair<string, ulong>> given, out string? fault)
    {
        var threads = new List<CoreThread>();
        fault = null;
        ElfHeader header = core.Elf.Header;
        var layout = RegisterLayout.Of(header.Machine, header.Class);
        foreach (CoreNote note in core.Notes.Where(note => note.IsProcessStatus))
        {
            if (layout is null || note.Descriptor.Length != layout.DescriptorBytes)
            {
                fault ??= FaultOf(note, layout, header);
                continue;
            }

            threads.Add(Read(core, note.Descriptor.Span, layout));
        }

        if (given.Count > 0)
        {
            CoreThread first = threads.Count > 0 ? threads[0] : new CoreThread(null, null, [], "lr");
            threads = [first.With(given), .. threads.Skip(1)];
        }

        return threads;
    }

    /// <summary>A register by its name.</summary>
    public ulong? this[string? name]
        => Registers.Where(register => register.Key == name)
            .Select(register => (ulong?)register.Value)
            .FirstOrDefault();

    private static string FaultOf(CoreNote note, RegisterLayout? layout, ElfHeader header)
    {
        string machine = $"{ElfWord.Machine(header.Machine)}, {ElfWord.Class(header.Class)}";
        string what = layout is null
            ? $"the registers of {machine} are not known here"
            : FormattableString.Invariant($"expected {layout.DescriptorBytes} bytes for {machine}, ")
                + FormattableString.Invariant($"found {note.Descriptor.Length}");
        return $"the note of registers (NT_PRSTATUS) at offset {Quantity.Hex(note.OffsetBytes)} is not shown: {what}";
    }

    private static CoreThread Read(CoreFile core, ReadOnlySpan<byte> note, RegisterLayout layout)
    {
        var registers = new List<KeyValuePair<string, ulong>>();
        int at = layout.RegistersAt;
        foreach (string name in layout.Names)
        {
            registers.Add(new(name, core.Number(note.Slice(at, core.WordBytes))));
            at += core.WordBytes;
        }

        return new(
            unchecked((int)core.Number(note.Slice(layout.ProcessIdAt, sizeof(int)))),
            (int)core.Number(note.Slice(SignalAt, sizeof(short))),
            registers,
            layout.ReturnName);
    }

    private CoreThread With(IReadOnlyList<KeyValuePair<string, ulong>> given)
    {
        var registers = Registers.ToList();
        foreach (KeyValuePair<string, ulong> register in given)
        {
            int index = registers.FindIndex(known => known.Key == register.Key);
            if (index < 0)
            {
                registers.Add(register);
            }
            else
            {
                registers[index] = register;
            }
        }

        return this with { Registers = registers };
    }
}
