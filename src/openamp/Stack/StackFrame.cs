// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Stack;

/// <summary>One link of a chain of calls.</summary>
/// <param name="Function">Who, for people.</param>
/// <param name="Bytes">What it has on the stack when the next one runs; of the last one, the most.</param>
internal sealed record StackFrame(string Function, long Bytes);
