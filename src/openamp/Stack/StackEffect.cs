// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Stack;

/// <summary>What an instruction does to the stack pointer, or to a register from which it may be set.</summary>
internal enum StackEffect
{
    /// <summary>It moves the stack pointer by a known number of bytes, perhaps 0.</summary>
    Move,

    /// <summary>A register becomes the stack pointer plus a number.</summary>
    ToRegister,

    /// <summary>The stack pointer becomes a register plus a number.</summary>
    FromRegister,

    /// <summary>A register is taken from the stack pointer.</summary>
    MinusRegister,

    /// <summary>A register is added to the stack pointer.</summary>
    PlusRegister,

    /// <summary>A register becomes a number.</summary>
    Constant,

    /// <summary>Sixteen bits of a register become a number; how far they are shifted is beside it.</summary>
    Part,

    /// <summary>A number is added to a register, whose sum goes into one.</summary>
    Add,

    /// <summary>The stack pointer becomes something that is not known.</summary>
    Unknown,
}
