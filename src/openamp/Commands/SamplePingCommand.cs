// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>sample-ping</c>.</summary>
internal sealed class SamplePingCommand() : ServiceCommand("sample-ping", Text, answers: false)
{
    private const string Text = "Sends 99 times \"hello world!\" and once \"goodbye!\", and checks the echoes. "
        + "Example: openamp sample-ping --json";

    protected override Func<DemoService> ServiceFactory(ParseResult line) => static () => new SamplePingService();
}
