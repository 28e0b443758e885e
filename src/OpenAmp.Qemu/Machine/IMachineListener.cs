// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu;

/// <summary>Who is told what happens to a machine. Called on threads that must not be blocked.</summary>
internal interface IMachineListener
{
    /// <summary>The board rang.</summary>
    void Rang();

    /// <summary>The board says that its panic record is complete.</summary>
    void Panicked();

    /// <summary>QEMU says that something happened.</summary>
    void Happened(QmpEvent happening);

    /// <summary>QEMU has ended.</summary>
    /// <param name="how">How, and what it said last.</param>
    void Ended(QemuEnd how);
}
