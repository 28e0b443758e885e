// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Where a case says what it expected and what it found.</summary>
internal interface ICaseReport
{
    /// <summary>Compares.</summary>
    /// <param name="name">The case.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="actual">What it is.</param>
    void Check(ReadOnlySpan<byte> name, ulong expected, ulong actual);
}
