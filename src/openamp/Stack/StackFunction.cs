// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Stack;

/// <summary>What is known of one function.</summary>
/// <param name="Place">Where it begins.</param>
internal sealed record StackFunction(ulong Place)
{
    /// <summary>The most that it has on the stack itself.</summary>
    public long OwnBytes { get; set; }

    /// <summary>The most by which one instruction lowers the stack pointer.</summary>
    public long LongestStepBytes { get; set; }

    /// <summary>Whether it ever comes back to its caller.</summary>
    public bool Returns { get; set; }

    /// <summary>Whether it uses the floating-point unit.</summary>
    public bool UsesFloat { get; set; }

    /// <summary>The functions that it calls or jumps to.</summary>
    public HashSet<StackCall> Calls { get; } = [];

    /// <summary>Functions whose address it makes.</summary>
    public HashSet<ulong> Taken { get; } = [];
}
