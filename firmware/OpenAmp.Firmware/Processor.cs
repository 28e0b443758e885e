// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Runtime.CompilerServices;

namespace OpenAmp.Firmware;

/// <summary>What only instructions can do; see firmware/boards/cores.</summary>
public static unsafe class Processor
{
    /// <summary>Holds interrupts back.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_mask")]
    public static extern void MaskInterrupts();

    /// <summary>Lets interrupts through; those that wait come at once.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_unmask")]
    public static extern void UnmaskInterrupts();

    /// <summary>Sleeps until there is an interrupt, held back or not.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_wait")]
    public static extern void WaitForInterrupt();

    /// <summary>Sleeps for good, without interrupts.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_halt")]
    public static extern void Halt();

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_panic")]
    internal static extern void Trap(PanicCause cause);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_image")]
    internal static extern ImageLayout* Image();

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_wide_image")]
    internal static extern WideImageLayout* WideImage();
}
