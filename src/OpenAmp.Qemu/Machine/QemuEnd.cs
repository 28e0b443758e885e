// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Linux;

namespace OpenAmp.Qemu;

/// <summary>How a QEMU ended.</summary>
/// <param name="Exit">The end of its process; <see langword="null"/> when nobody could watch it.</param>
/// <param name="Output">The last lines of its standard error.</param>
internal sealed record QemuEnd(ChildExit? Exit, IReadOnlyList<string> Output)
{
    private const string LockupWord = "Lockup";

    /// <summary>Whether the board's processor locked up: a fault in its handler of faults.</summary>
    internal bool IsLockup => Output.Any(line => line.Contains(LockupWord, StringComparison.Ordinal));

    /// <summary>What it said that tells why.</summary>
    internal string Reason => Output.FirstOrDefault(line => line.Contains("fatal", StringComparison.Ordinal)
        || line.Contains(LockupWord, StringComparison.Ordinal)) ?? (Output.Count > 0 ? Output[^1] : "nothing");
}
