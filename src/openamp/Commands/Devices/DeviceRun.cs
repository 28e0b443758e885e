// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using OpenAmp.Linux;

namespace OpenAmp.Tool.Commands.Devices;

/// <summary>One run of a command about processors and links.</summary>
/// <param name="Line">The command line.</param>
/// <param name="Path">The command's words, for messages: rpmsg ping.</param>
/// <param name="Root">Where the kernel is looked for.</param>
/// <param name="Common">The options that it shares with other commands.</param>
internal sealed record DeviceRun(ParseResult Line, string Path, KernelRoot Root, CommonOptions Common)
{
    public bool IsJson => Common.IsJson(Line);

    /// <summary>What is waited for, in words, and what may help: said when the time is up.</summary>
    public string WaitingFor { get; set; } = "try a longer --timeout";
}
