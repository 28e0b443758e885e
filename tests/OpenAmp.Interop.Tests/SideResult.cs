// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Interop.Tests;

/// <summary>How a process ended; no exit code when it had to be killed.</summary>
public sealed record SideResult(SideCommand Command, int? ExitCode, string Output, string Error)
{
    /// <summary>Everything a reader of a failed test wants to see.</summary>
    public string Describe() => $"""

        $ {Command}
        exit code: {(ExitCode is { } code ? code : "none, it did not end by itself and was killed")}
        stdout: {Indent(Output)}
        stderr: {Indent(Error)}
        """;

    private static string Indent(string text)
        => text.Length == 0 ? "(empty)" : "\n  " + text.TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal);
}
