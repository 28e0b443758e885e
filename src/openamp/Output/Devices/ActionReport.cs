// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Devices;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>What was done to a processor, and how it is now.</summary>
internal sealed record ActionReport
{
    public required string Command { get; init; }

    /// <summary>Its selector.</summary>
    public required string Processor { get; init; }

    /// <summary>In the library's words, lower case.</summary>
    public required string State { get; init; }

    /// <summary>The firmware's name in the kernel's search path; <see langword="null"/> when nobody says.</summary>
    public string? Firmware { get; init; }

    /// <summary>Where that file is.</summary>
    public string? FirmwarePath { get; init; }

    /// <summary>How a stop went: Acknowledged, ForcedAfterDeadline, Stopped or NotRunning.</summary>
    public string? Outcome { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string Result { get; init; }

    /// <summary>Reports how a processor is after an operation that has just ended.</summary>
    public static ActionReport From(string command, FoundProcessor found, RemoteProcessor processor, long start)
    {
        KernelRemoteprocDescription? info = (processor as KernelRemoteProcessor)?.Describe();
        return new ActionReport
        {
            Command = command,
            Processor = found.Selector,
            State = info?.KernelState ?? processor.State.ToString().ToLowerInvariant(),
            Firmware = info?.Firmware,
            FirmwarePath = info?.FirmwarePath,
            ElapsedSeconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3),
            Result = new RunOutcome(RunResult.Ok).Word,
        };
    }
}
