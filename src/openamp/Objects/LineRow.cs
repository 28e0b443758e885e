// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Objects;

/// <summary>A row of a line table: from this place on, code belongs to this line.</summary>
/// <param name="Section">The section the code is in, or was cut from.</param>
/// <param name="Offset">Offset of the first instruction there.</param>
/// <param name="File">Number of the source file in the table's list.</param>
/// <param name="Line">Line in it.</param>
/// <param name="Column">Column, or 0.</param>
/// <param name="IsEnd">Whether nothing follows: the row is behind the last instruction.</param>
internal readonly record struct LineRow(
    ObjectSection? Section, ulong Offset, uint File, uint Line, uint Column, bool IsEnd);
