// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Text.RegularExpressions;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>Registers as QEMU prints them: <c>info registers</c>, and its last words when a processor locks up.
/// </summary>
internal static partial class RegisterText
{
    private const int MaxLength = 256 << 10;
    private const int ArmStackPointer = 13;
    private const int Arm64StackPointer = 31;

    /// <summary>Reads one core's registers.</summary>
    /// <param name="text">What QEMU printed, of one core or of several.</param>
    /// <param name="machine">The architecture.</param>
    /// <param name="cpu">Which core's.</param>
    /// <returns>The registers in the order of a core dump's note; <see langword="null"/> unless all were found.
    /// </returns>
    internal static ulong[]? TryRead(string text, ElfMachine machine, int cpu)
    {
        int count = CoreRegisters.CountOf(machine);
        if (count == 0 || text.Length > MaxLength)
        {
            return null;
        }

        ulong?[] found = new ulong?[count];
        foreach (Match match in Register().Matches(SectionOf(text, cpu)))
        {
            int index = IndexOf(match.Groups["name"].Value, machine);
            if (index >= 0 && index < count && ulong.TryParse(
                match.Groups["value"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong value))
            {
                found[index] ??= value;
            }
        }

        return Array.TrueForAll(found, value => value is not null) ? Array.ConvertAll(found, value => value!.Value)
            : null;
    }

    // Without a heading it is the only core's.
    private static string SectionOf(string text, int cpu)
    {
        string heading = string.Create(CultureInfo.InvariantCulture, $"CPU#{cpu}");
        int start = text.IndexOf(heading + "\r", StringComparison.Ordinal);
        start = start >= 0 ? start : text.IndexOf(heading + "\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return text.Contains("CPU#", StringComparison.Ordinal) ? "" : text;
        }

        int end = text.IndexOf("CPU#", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    private static int IndexOf(string name, ElfMachine machine)
    {
        bool isWide = machine == ElfMachine.Arm64;
        switch (name)
        {
            case "PC":
                return isWide ? Arm64StackPointer + 1 : -1;
            case "SP":
                return isWide ? Arm64StackPointer : -1;
            case "XPSR" or "PSR":
                return isWide ? -1 : CoreRegisters.ArmCount - 1;
            case "PSTATE":
                return isWide ? CoreRegisters.Arm64Count - 1 : -1;
        }

        int number = int.Parse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
        return (name[0], isWide) switch
        {
            ('X', true) => number < Arm64StackPointer ? number : -1,
            ('R', false) => number <= ArmStackPointer + 2 ? number : -1,
            _ => -1,
        };
    }

    [GeneratedRegex(@"\b(?<name>[RX][0-9]{2}|PC|SP|XPSR|PSR|PSTATE)=(?<value>[0-9a-f]{8,16})\b")]
    private static partial Regex Register();
}
