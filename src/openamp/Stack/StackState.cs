// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Immutable;

namespace OpenAmp.Tool.Stack;

/// <summary>What is known before an instruction runs.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Depth">How much the function has on the stack.</param>
/// <param name="ConditionalCount">How many instructions from here on run under a condition.</param>
/// <param name="Zero">Whether the last sum was zero, where that is known.</param>
/// <param name="Registers">The registers of which something is known.</param>
internal readonly record struct StackState(
    ulong Place, long Depth, int ConditionalCount, bool? Zero, ImmutableDictionary<int, StackValue> Registers);
