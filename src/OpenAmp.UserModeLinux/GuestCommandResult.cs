// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.UserModeLinux;

/// <summary>What came of a shell command in the guest.</summary>
/// <param name="ExitCode">What the shell returned, 0 to 255: 127 for a program that is not there, 128 and the signal's
/// number for one that was killed.</param>
/// <param name="Output">The lines of standard output and standard error, in the order they were written, without their
/// ends.</param>
public sealed record GuestCommandResult(int ExitCode, IReadOnlyList<string> Output)
{
    /// <summary>Whether the exit code is 0.</summary>
    public bool IsSuccess => ExitCode == 0;

    /// <summary>The output as one text with the lines' ends between them. Allocates.</summary>
    public string Text => string.Join('\n', Output);

    /// <summary>Gives the output of a command that must have succeeded.</summary>
    /// <returns>The output as one text.</returns>
    /// <exception cref="LinuxGuestException">The exit code is not 0; the message holds it and the output.</exception>
    public string Required()
        => IsSuccess ? Text : throw new LinuxGuestException(
            $"A command in the guest returned {ExitCode}, expected 0. It said: "
                + (Text.Length == 0 ? "nothing" : Text));

    /// <summary>Says it for people: exit code and output.</summary>
    public override string ToString() => $"exit code {ExitCode}{Environment.NewLine}{Text}";
}
