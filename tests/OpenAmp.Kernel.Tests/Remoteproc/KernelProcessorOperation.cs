// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>What a message between the guest's driver and the processor asks or tells.</summary>
internal enum KernelProcessorOperation : uint
{
    Hello,
    Start,
    Stop,
    Kick,
    Attach,
    Detach,
    Crash,
    Ack,
}
