// SPDX-License-Identifier: BSD-3-Clause

using System.Diagnostics.CodeAnalysis;

namespace OpenAmp.Firmware;

/// <summary>Why firmware could not go on, as it stands in the panic record.</summary>
[SuppressMessage("Design", "CA1027", Justification = "They are numbers, not bits.")]
public enum PanicCause : uint
{
    /// <summary>No panic.</summary>
    None = 0,

    /// <summary>An index was outside its array or span.</summary>
    IndexOutOfRange = 1,

    /// <summary>A division by zero.</summary>
    DivideByZero = 2,

    /// <summary>Checked arithmetic overflowed.</summary>
    Overflow = 3,

    /// <summary>An access to the first 4 KiB of addresses: a null reference.</summary>
    NullReference = 4,

    /// <summary>The firmware's own decision: <see cref="Firmware.Panic.With"/>.</summary>
    Application = 5,

    /// <summary>Anything else that the compiled code noticed.</summary>
    Runtime = 6,

    /// <summary>The stack has reached the page below it.</summary>
    StackOverflow = 7,

    /// <summary>Cortex-M: HardFault.</summary>
    HardFault = 16,

    /// <summary>Cortex-M: MemManage.</summary>
    MemManage = 17,

    /// <summary>Cortex-M: BusFault.</summary>
    BusFault = 18,

    /// <summary>Cortex-M: UsageFault.</summary>
    UsageFault = 19,

    /// <summary>Cortex-M: NMI.</summary>
    NonMaskableInterrupt = 20,

    /// <summary>Cortex-M: SecureFault.</summary>
    SecureFault = 21,

    /// <summary>Armv7-A and -R: undefined instruction.</summary>
    UndefinedInstruction = 32,

    /// <summary>Armv7-A and -R: prefetch abort.</summary>
    PrefetchAbort = 33,

    /// <summary>Armv7-A and -R: data abort.</summary>
    DataAbort = 34,

    /// <summary>AArch64: SError.</summary>
    SystemError = 35,

    /// <summary>AArch64: synchronous exception.</summary>
    SynchronousException = 36,

    /// <summary>An interrupt or exception that nobody asked for.</summary>
    Unexpected = 37,
}
