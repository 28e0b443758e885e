// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;

namespace OpenAmp.Linux;

/// <summary>Names of signals for messages. The numbers are those of x64 and arm64.</summary>
internal static class SignalName
{
    internal const int Bus = 7;
    internal const int Kill = 9;
    internal const int Segmentation = 11;
    internal const int Terminate = 15;
    internal const int Continue = 18;
    internal const int Stop = 19;
    internal const int Max = 64;

    /// <summary>The first signal that libc leaves to programs.</summary>
    private const int FirstRealTime = 34;

    /// <summary>"signal 11 (SIGSEGV)".</summary>
    internal static string Describe(int signal)
        => string.Create(CultureInfo.InvariantCulture, $"signal {signal} ({Of(signal)})");

    private static string Of(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        Bus => "SIGBUS",
        8 => "SIGFPE",
        Kill => "SIGKILL",
        10 => "SIGUSR1",
        Segmentation => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        Terminate => "SIGTERM",
        16 => "SIGSTKFLT",
        17 => "SIGCHLD",
        Continue => "SIGCONT",
        Stop => "SIGSTOP",
        20 => "SIGTSTP",
        21 => "SIGTTIN",
        22 => "SIGTTOU",
        23 => "SIGURG",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        26 => "SIGVTALRM",
        27 => "SIGPROF",
        28 => "SIGWINCH",
        29 => "SIGIO",
        30 => "SIGPWR",
        31 => "SIGSYS",
        >= FirstRealTime => string.Create(CultureInfo.InvariantCulture, $"SIGRTMIN+{signal - FirstRealTime}"),
        _ => "unnamed",
    };
}
