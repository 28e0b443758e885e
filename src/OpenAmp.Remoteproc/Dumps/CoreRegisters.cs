// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using OpenAmp.Elf;

namespace OpenAmp.Remoteproc;

/// <summary>A core's registers as a debugger finds them in a core dump: a note of type NT_PRSTATUS.</summary>
/// <remarks>Layout: Linux's elf_prstatus of the architecture, little endian; everything but the thread's number and the
/// registers is zero.</remarks>
public static class CoreRegisters
{
    private const string Owner = "CORE";
    private const uint ProcessStatus = 1;

    /// <summary>How many registers the note of an Arm core has: r0 to r12, sp, lr, pc, and the status register.
    /// </summary>
    public const int ArmCount = 17;

    /// <summary>How many registers the note of a 64-bit Arm core has: x0 to x30, sp, pc, and the status register.
    /// </summary>
    public const int Arm64Count = 34;

    /// <summary>How many registers a note of this architecture takes.</summary>
    /// <param name="machine">The architecture.</param>
    /// <returns>The count, or 0 when this library writes no notes for it.</returns>
    public static int CountOf(ElfMachine machine) => machine switch
    {
        ElfMachine.Arm => ArmCount,
        ElfMachine.Arm64 => Arm64Count,
        _ => 0,
    };

    /// <summary>Makes the note.</summary>
    /// <param name="machine">The architecture: <see cref="ElfMachine.Arm"/> or <see cref="ElfMachine.Arm64"/>.</param>
    /// <param name="registers">The registers in the order of <see cref="ArmCount"/> or
    /// <see cref="Arm64Count"/>.</param>
    /// <param name="coreNumber">The core's number, from 1 on.</param>
    /// <returns>The note.</returns>
    /// <exception cref="ArgumentException">There are too many registers or too few, or the architecture is another.
    /// </exception>
    public static ElfCoreNote ToNote(ElfMachine machine, IReadOnlyList<ulong> registers, int coreNumber = 1)
    {
        ArgumentNullException.ThrowIfNull(registers);
        if (registers.Count != CountOf(machine) || registers.Count == 0)
        {
            throw new ArgumentException(
                $"The note of a core of {machine} takes {CountOf(machine)} registers, not {registers.Count}.",
                nameof(registers));
        }

        bool isWide = machine == ElfMachine.Arm64;
        (int length, int registersAt, int numberAt) = isWide ? (392, 112, 32) : (148, 72, 24);
        byte[] status = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(status.AsSpan(numberAt), coreNumber);
        for (int i = 0; i < registers.Count; i++)
        {
            if (isWide)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(status.AsSpan(registersAt + (8 * i)), registers[i]);
            }
            else
            {
                uint narrow = (uint)(registers[i] & uint.MaxValue);
                BinaryPrimitives.WriteUInt32LittleEndian(status.AsSpan(registersAt + (4 * i)), narrow);
            }
        }

        return new ElfCoreNote(Owner, ProcessStatus, status);
    }
}
