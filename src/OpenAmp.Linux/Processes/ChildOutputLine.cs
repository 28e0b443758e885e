// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>A line that a child process wrote.</summary>
/// <param name="Text">The line without its end, read as UTF-8; what is not UTF-8 became U+FFFD. A line of more than
/// <see cref="MaxLineBytes"/> comes in pieces.</param>
/// <param name="IsError">Whether it came by standard error; else it came by standard output.</param>
public readonly record struct ChildOutputLine(string Text, bool IsError)
{
    /// <summary>The longest line that comes in one piece, in bytes.</summary>
    public const int MaxLineBytes = 8192;
}
