// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Tool.Stack;

namespace OpenAmp.Tool.Output;

/// <summary>How much memory a linked firmware takes.</summary>
/// <param name="Name">The firmware.</param>
/// <param name="Board">The board.</param>
/// <param name="FlashBytes">All that is stored: code, constants, initial values, the resource table.</param>
/// <param name="RamBytes">Static fields; neither stack nor the buffers below.</param>
/// <param name="StackBytes">Both stacks, as set aside.</param>
/// <param name="BufferBytes">Trace buffer and the workspace of the rings.</param>
/// <param name="FlashBudgetBytes">What flash may be.</param>
/// <param name="RamBudgetBytes">What RAM, stacks and buffers may be together.</param>
/// <param name="OwnFlashBudgetBytes">What the firmware's project allows of flash.</param>
/// <param name="OwnRamBudgetBytes">What the firmware's project allows of RAM.</param>
/// <param name="Stacks">The most that each stack can hold, where that was asked for.</param>
/// <param name="Functions">The functions, the largest first.</param>
internal sealed record FirmwareSizeReport(
    string Name,
    string Board,
    ulong FlashBytes,
    ulong RamBytes,
    ulong StackBytes,
    ulong BufferBytes,
    ulong FlashBudgetBytes,
    ulong RamBudgetBytes,
    ulong? OwnFlashBudgetBytes,
    ulong? OwnRamBudgetBytes,
    IReadOnlyList<StackBound>? Stacks,
    IReadOnlyList<FirmwareSizeItem> Functions);
