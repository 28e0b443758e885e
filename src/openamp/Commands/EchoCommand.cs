// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>echo</c>.</summary>
internal sealed class EchoCommand() : ServiceCommand("echo", Text, answers: true)
{
    private const string Text = "Returns every message to its sender until the peer destroys its endpoint or sends the "
        + "shutdown word. Example: openamp echo --keep-serving";

    protected override Func<DemoService> ServiceFactory(ParseResult line) => static () => new EchoService();
}
