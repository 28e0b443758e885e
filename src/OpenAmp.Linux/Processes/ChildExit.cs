// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;

namespace OpenAmp.Linux;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">What it returned, 0 to 255; <see langword="null"/> when it did not end by itself.</param>
/// <param name="Signal">The number of the signal that killed it; <see langword="null"/> when none did.</param>
/// <param name="CoreDumped">Whether the kernel wrote a core file.</param>
/// <remarks>Neither code nor signal is known when something else in this process took the status away, as a host does
/// that ignores SIGCHLD; then both are <see langword="null"/>.</remarks>
public readonly record struct ChildExit(int? ExitCode, int? Signal, bool CoreDumped)
{
    /// <summary>Whether it ended by itself and returned 0.</summary>
    public bool IsSuccess => ExitCode == 0;

    /// <summary>Says it for people: "exited with code 3", "killed by signal 11 (SIGSEGV), core dumped".</summary>
    public override string ToString() => (ExitCode, Signal) switch
    {
        (int code, _) => string.Create(CultureInfo.InvariantCulture, $"exited with code {code}"),
        (null, int signal) => $"killed by {SignalName.Describe(signal)}{(CoreDumped ? ", core dumped" : "")}",
        _ => "ended in an unknown way (another part of this process took its exit status)",
    };

    internal static ChildExit From(SignalDetails details) => details.Code == SignalDetails.Exited
        ? new(details.Status, Signal: null, CoreDumped: false)
        : new(ExitCode: null, details.Status, details.Code == SignalDetails.Dumped);
}
