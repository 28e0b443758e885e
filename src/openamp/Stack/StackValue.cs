// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Stack;

/// <summary>What is known of a register.</summary>
/// <param name="IsStack">Whether it points into the stack.</param>
/// <param name="Number">Its value; of one into the stack, the depth that it points to.</param>
internal readonly record struct StackValue(bool IsStack, long Number);
