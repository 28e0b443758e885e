// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Stack;

/// <summary>A call out of a function.</summary>
/// <param name="Callee">What is called, or null where a register says it.</param>
/// <param name="Caller">Where the call is.</param>
/// <param name="DepthBytes">What the caller has on the stack then.</param>
internal readonly record struct StackCall(ulong? Callee, ulong Caller, long DepthBytes);
