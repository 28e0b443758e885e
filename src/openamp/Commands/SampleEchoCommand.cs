// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>sample-echo</c>.</summary>
internal sealed class SampleEchoCommand() : ServiceCommand("sample-echo", Text, answers: true)
{
    private const string Text = "Returns a hundred greetings of the service rpmsg-client-sample, then leaves first. "
        + "Example: openamp sample-echo --timeout 10";

    protected override Func<DemoService> ServiceFactory(ParseResult line) => static () => new SampleEchoService();
}
