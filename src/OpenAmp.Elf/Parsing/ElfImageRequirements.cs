// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Elf;

/// <summary>What a processor accepts: an image that breaks one of these is refused before its tables are read.
/// </summary>
/// <remarks>An empty list accepts everything. The default asks for nothing.</remarks>
public sealed record ElfImageRequirements
{
    /// <summary>Asks for nothing: any well-formed ELF file will do.</summary>
    public static readonly ElfImageRequirements None = new();

    /// <summary>The classes that are accepted; empty (the default) for both.</summary>
    public IReadOnlyList<ElfClass> Classes { get; init; } = [];

    /// <summary>The byte orders that are accepted; empty (the default) for both.</summary>
    public IReadOnlyList<ElfByteOrder> ByteOrders { get; init; } = [];

    /// <summary>The processors that are accepted; empty (the default) for any.</summary>
    public IReadOnlyList<ElfMachine> Machines { get; init; } = [];

    /// <summary>The types of file that are accepted; empty (the default) for any. Firmware is
    /// <see cref="ElfType.Executable"/> as a rule; a relocatable object cannot be loaded.</summary>
    public IReadOnlyList<ElfType> Types { get; init; } = [];

    /// <summary>Whether there must be something to load (default: false): a segment of type
    /// <see cref="ElfSegmentType.Load"/> that is not empty in memory.</summary>
    public bool NeedsLoadableSegment { get; init; }

    internal bool AcceptsHeader(in ElfHeader header, out ElfFault fault)
        => Accepts(ElfRule.ClassNotAccepted, ElfLayout.ClassAt, "class", header.Class, Classes, out fault)
            && Accepts(
                ElfRule.ByteOrderNotAccepted,
                ElfLayout.ByteOrderAt,
                "byte order",
                header.ByteOrder,
                ByteOrders,
                out fault)
            && Accepts(
                ElfRule.MachineNotAccepted, ElfLayout.MachineAt, "processor", header.Machine, Machines, out fault)
            && Accepts(ElfRule.TypeNotAccepted, ElfLayout.TypeAt, "type", header.Type, Types, out fault);

    internal bool AcceptsSegments(in ElfHeader header, ReadOnlySpan<ElfSegment> segments, out ElfFault fault)
    {
        fault = default;
        foreach (ref readonly ElfSegment segment in segments)
        {
            if (segment.IsLoadable)
            {
                return true;
            }
        }

        if (NeedsLoadableSegment)
        {
            fault = new(
                ElfRule.NothingToLoad,
                (ulong)ElfLayout.Of(header.Class).ProgramHeaderCountAt,
                1,
                0,
                $"none of the {segments.Length} segments is loadable (PT_LOAD with memory); link the program to an "
                    + "executable instead of an object file");
        }

        return !NeedsLoadableSegment;
    }

    private static bool Accepts<T>(
        ElfRule rule, int at, string what, T actual, IReadOnlyList<T> accepted, out ElfFault fault)
        where T : struct, Enum, IConvertible
    {
        fault = default;
        if (accepted.Count == 0 || accepted.Contains(actual))
        {
            return true;
        }

        string expected = string.Join(" or ", accepted.Select(Describe));
        fault = new(
            rule,
            (ulong)at,
            NumberOf(accepted[0]),
            NumberOf(actual),
            $"the {what} is {Describe(actual)}, the processor accepts {expected}; build the image for that, or choose "
                + "another processor");
        return false;
    }

    private static string Describe<T>(T value)
        where T : struct, Enum, IConvertible
        => $"{value} ({NumberOf(value)})";

    private static ulong NumberOf<T>(T value)
        where T : struct, Enum, IConvertible
        => value.ToUInt64(null);
}
