// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Objects;

/// <summary>One function or datum that was cut out of a section, and is a section now.</summary>
/// <param name="origin">The section it was cut from.</param>
/// <param name="start">Where it began there.</param>
/// <param name="end">Where its bytes ended there.</param>
/// <param name="section">What it is now.</param>
internal sealed class ObjectPiece(ObjectSection origin, ulong start, ulong end, ObjectSection section)
{
    public ObjectSection Origin { get; } = origin;

    public ulong Start { get; } = start;

    public ulong End { get; } = end;

    public ObjectSection Section { get; } = section;

    /// <summary>The symbol that stands for its first byte.</summary>
    public ObjectSymbol Symbol { get; } = ObjectSymbol.For(section);

    /// <summary>How code moved in it, when something was left out.</summary>
    public CodeMoves? Moves { get; set; }

    /// <summary>Where a byte is now that was at an offset of the section it was cut from.</summary>
    public ulong Map(ulong oldOffset) => Moves is { } moves ? moves.Map(oldOffset - Start) : oldOffset - Start;
}
