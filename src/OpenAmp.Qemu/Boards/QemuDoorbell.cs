// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu;

/// <summary>The device through which a board and its host ring each other: its first UART, one byte a ring.</summary>
public enum QemuDoorbell
{
    /// <summary>Arm's CMSDK UART, of the MPS2 boards (<c>cmsdk-uart</c>).</summary>
    CmsdkUart,

    /// <summary>Arm's PL011, of QEMU's virt machines (<c>pl011</c>).</summary>
    Pl011,

    /// <summary>The Cadence UART of Zynq (<c>cadence-uart</c>).</summary>
    CadenceUart,
}
