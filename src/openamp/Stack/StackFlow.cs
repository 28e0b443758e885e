// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Stack;

/// <summary>Where a processor goes after an instruction.</summary>
internal enum StackFlow
{
    /// <summary>To the next one.</summary>
    Next,

    /// <summary>To the target.</summary>
    Jump,

    /// <summary>To the target or the next one.</summary>
    Branch,

    /// <summary>To the target, and then to the next one.</summary>
    Call,

    /// <summary>To where a register says, and then to the next one.</summary>
    IndirectCall,

    /// <summary>To where a register or a table says.</summary>
    IndirectJump,

    /// <summary>Back to the caller.</summary>
    Return,

    /// <summary>Nowhere: a trap.</summary>
    Stop,
}
