// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Qemu;

/// <summary>One end of a cable between two boards' UARTs. Made by <see cref="QemuUartLink"/>.</summary>
public sealed class QemuUartEnd
{
    internal QemuUartEnd(SafeFileHandle socket) => Socket = socket;

    /// <summary>What QEMU gets. Owned by the link.</summary>
    internal SafeFileHandle Socket { get; }
}
