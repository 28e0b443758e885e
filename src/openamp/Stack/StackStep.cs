// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Stack;

/// <summary>An instruction, as far as the depth of the stack and the graph of calls go.</summary>
/// <param name="LengthBytes">Its length.</param>
/// <param name="Flow">What runs after it.</param>
internal readonly record struct StackStep(int LengthBytes, StackFlow Flow = StackFlow.Next)
{
    /// <summary>Of a jump and a call: where it goes.</summary>
    public ulong Target { get; init; }

    /// <summary>Of a call: whether it goes from Thumb to Arm instructions or back.</summary>
    public bool ChangesSet { get; init; }

    /// <summary>What it does to the stack pointer.</summary>
    public StackEffect Effect { get; init; }

    /// <summary>The register of the effect, or of an indirect call.</summary>
    public int Register { get; init; }

    /// <summary>Of an addition: the register that is added to.</summary>
    public int Source { get; init; }

    /// <summary>The number of the effect. Negative where the stack grows.</summary>
    public long Number { get; init; }

    /// <summary>Of a part: how many bits it is shifted.</summary>
    public int Shift { get; init; }

    /// <summary>Whether it tells, of its sum, whether that is zero.</summary>
    public bool SetsZero { get; init; }

    /// <summary>Of a branch that goes only by that: whether it is taken when the sum is zero, or when it is not.
    /// </summary>
    public bool? TakenIfZero { get; init; }

    /// <summary>How many of the next instructions run under a condition that this one sets.</summary>
    public int ConditionalCount { get; init; }

    /// <summary>Whether it runs under a condition of its own.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Whether it uses the floating-point unit.</summary>
    public bool UsesFloat { get; init; }

    /// <summary>The registers that it may write, a bit each, without those of the effect.</summary>
    public uint Written { get; init; }
}
