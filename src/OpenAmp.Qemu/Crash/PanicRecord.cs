// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>What firmware left when it gave up: why, where, and the registers. Read from its memory, so nothing of it
/// is believed but what was checked.</summary>
internal sealed record PanicRecord
{
    /// <summary>The symbol by which the host finds it.</summary>
    internal const string SymbolName = "openamp_panic_record";

    private const uint Magic = 0x4350_414F;
    private const ushort Version = 1;
    private const int RegistersAt = 48;

    /// <summary>Why. May be a number that this version does not know.</summary>
    internal required PanicCause Cause { get; init; }

    /// <summary>What the processor says about it: CFSR and HFSR, DFSR or IFSR, ESR.</summary>
    internal required ulong FaultStatus { get; init; }

    /// <summary>The address that could not be reached, or 0.</summary>
    internal required ulong FaultAddress { get; init; }

    /// <summary>The registers, in the order of a core dump's note.</summary>
    internal required IReadOnlyList<ulong> Registers { get; init; }

    /// <summary>The architecture.</summary>
    internal required ElfMachine Machine { get; init; }

    /// <summary>Where it happened.</summary>
    internal ulong ProgramCounter => Registers[^2];

    /// <summary>How long a record is.</summary>
    internal static int LengthBytes(ElfMachine machine)
        => RegistersAt + (CoreRegisters.CountOf(machine) * WordBytes(machine));

    /// <summary>Reads a record that was copied from the firmware's memory.</summary>
    /// <param name="bytes">The copy, of <see cref="LengthBytes"/>.</param>
    /// <param name="machine">The board's architecture.</param>
    /// <param name="record">The record.</param>
    /// <param name="fault">What is wrong with it, when false is returned.</param>
    internal static bool TryRead(
        ReadOnlySpan<byte> bytes, ElfMachine machine, out PanicRecord? record, out string fault)
    {
        record = null;
        fault = Check(bytes, machine);
        if (fault.Length > 0)
        {
            return false;
        }

        ulong[] registers = new ulong[CoreRegisters.CountOf(machine)];
        for (int i = 0; i < registers.Length; i++)
        {
            ReadOnlySpan<byte> register = bytes[(RegistersAt + (i * WordBytes(machine)))..];
            registers[i] = machine == ElfMachine.Arm64 ? BinaryPrimitives.ReadUInt64LittleEndian(register)
                : BinaryPrimitives.ReadUInt32LittleEndian(register);
        }

        record = new()
        {
            Cause = (PanicCause)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            FaultStatus = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            FaultAddress = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            Registers = registers,
            Machine = machine,
        };
        return true;
    }

    /// <summary>How the library calls it.</summary>
    internal CrashKind Kind => Cause switch
    {
        PanicCause.MemManage or PanicCause.BusFault or PanicCause.PrefetchAbort or PanicCause.DataAbort
            or PanicCause.NullReference or PanicCause.IndexOutOfRange => CrashKind.MemoryFault,
        _ => CrashKind.FatalError,
    };

    /// <summary>What happened, for people.</summary>
    /// <param name="symbols">Names for addresses.</param>
    internal string Describe(FirmwareSymbols symbols)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string text = string.Create(culture, $"{CauseText} at {symbols.Describe(ProgramCounter)}");
        if (FaultAddress != 0)
        {
            text += string.Create(culture, $", fault address 0x{FaultAddress:x8}");
        }

        if (FaultStatus != 0)
        {
            text += Machine == ElfMachine.Arm && Cause is >= PanicCause.HardFault and <= PanicCause.SecureFault
                ? string.Create(culture, $", CFSR 0x{FaultStatus & uint.MaxValue:x8}, HFSR 0x{FaultStatus >> 32:x8}")
                : string.Create(culture, $", fault status 0x{FaultStatus:x}");
        }

        return text + ".";
    }

    private string CauseText => Cause switch
    {
        PanicCause.IndexOutOfRange => "Index out of range",
        PanicCause.DivideByZero => "Division by zero",
        PanicCause.Overflow => "Arithmetic overflow",
        PanicCause.NullReference => "Null reference",
        PanicCause.Application => "The firmware gave up",
        PanicCause.RuntimeFailure => "The firmware's runtime failed",
        PanicCause.HardFault => "HardFault",
        PanicCause.MemManage => "MemManage fault",
        PanicCause.BusFault => "Bus fault",
        PanicCause.UsageFault => "Usage fault",
        PanicCause.NonMaskableInterrupt => "Non-maskable interrupt",
        PanicCause.SecureFault => "Secure fault",
        PanicCause.UndefinedInstruction => "Undefined instruction",
        PanicCause.PrefetchAbort => "Prefetch abort",
        PanicCause.DataAbort => "Data abort",
        PanicCause.SystemError => "System error",
        PanicCause.SynchronousException => "Synchronous exception",
        PanicCause.UnexpectedException => "Unexpected exception or interrupt",
        _ => string.Create(CultureInfo.InvariantCulture, $"Panic of unknown cause {(uint)Cause}"),
    };

    private static string Check(ReadOnlySpan<byte> bytes, ElfMachine machine)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (bytes.Length < LengthBytes(machine))
        {
            return string.Create(culture, $"it has {bytes.Length} bytes instead of {LengthBytes(machine)}");
        }

        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        ushort architecture = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        bool isKnown = machine == ElfMachine.Arm64 ? architecture == 3 : architecture is 1 or 2;
        return (magic, version, isKnown, count == CoreRegisters.CountOf(machine)) switch
        {
            (not Magic, _, _, _) => string.Create(culture, $"its magic is 0x{magic:x8} instead of 0x{Magic:x8}"),
            (_, not Version, _, _) => string.Create(culture, $"its version is {version} instead of {Version}"),
            (_, _, false, _) => string.Create(culture, $"its architecture is {architecture}, not this board's"),
            (_, _, _, false) => string.Create(
                culture, $"it has {count} registers instead of {CoreRegisters.CountOf(machine)}"),
            _ => "",
        };
    }

    private static int WordBytes(ElfMachine machine) => machine == ElfMachine.Arm64 ? 8 : 4;
}
