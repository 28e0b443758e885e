// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu;

/// <summary>Why firmware gave up, as its panic record numbers it (docs/qemu.md).</summary>
internal enum PanicCause : uint
{
    IndexOutOfRange = 1,
    DivideByZero = 2,
    Overflow = 3,
    NullReference = 4,
    Application = 5,
    RuntimeFailure = 6,
    HardFault = 16,
    MemManage = 17,
    BusFault = 18,
    UsageFault = 19,
    NonMaskableInterrupt = 20,
    SecureFault = 21,
    UndefinedInstruction = 32,
    PrefetchAbort = 33,
    DataAbort = 34,
    SystemError = 35,
    SynchronousException = 36,
    UnexpectedException = 37,
}
