// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Stack;

/// <summary>The most that a stack can hold.</summary>
/// <param name="Stack">Which: thread, handlers, or where faults have their own, interrupts and faults.</param>
/// <param name="BoundBytes">The most.</param>
/// <param name="ReservedBytes">What the linker has set aside, or null where the file does not say.</param>
/// <param name="Chain">The deepest calls, the outermost first.</param>
internal sealed record StackBound(
    string Stack, long BoundBytes, long? ReservedBytes, IReadOnlyList<StackFrame> Chain);
