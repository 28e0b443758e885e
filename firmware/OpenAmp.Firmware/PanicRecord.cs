// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Firmware;

/// <summary>The head of the record that a panic leaves (openamp_panic_record); registers follow, each as wide as a
/// pointer. Little-endian; see docs/boards.md.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct PanicRecord
{
    /// <summary>Size without the registers, in bytes.</summary>
    public const int SizeBytes = 48;

    /// <summary>"OAPC": the record is complete. Written last.</summary>
    public const uint CompleteMagic = 0x4350_414F;

    /// <summary><see cref="CompleteMagic"/>, or zero.</summary>
    public uint Magic;

    /// <summary>1.</summary>
    public ushort Version;

    /// <summary>1 Cortex-M, 2 Armv7-A and -R, 3 AArch64.</summary>
    public ushort Architecture;

    /// <summary>Why.</summary>
    public PanicCause Cause;

    /// <summary>Number of registers: 17 on arm (r0 to r12, sp, lr, pc, xpsr or cpsr), 34 on arm64 (x0 to x30, sp, pc,
    /// pstate).</summary>
    public uint RegisterCount;

    /// <summary>CFSR and, in the upper half, HFSR; DFSR or IFSR; ESR_EL1.</summary>
    public ulong FaultStatus;

    /// <summary>The address whose access was refused; 0 when there is none.</summary>
    public ulong FaultAddress;

    /// <summary>Lowest address of the stack.</summary>
    public ulong StackLow;

    /// <summary>Address behind the stack.</summary>
    public ulong StackHigh;
}
