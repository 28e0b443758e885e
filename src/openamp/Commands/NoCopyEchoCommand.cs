// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>nocopy-echo</c>.</summary>
internal sealed class NoCopyEchoCommand() : ServiceCommand("nocopy-echo", Text, answers: true)
{
    private const string Text = "Echo without a copy: received buffers are held, transmit buffers written in place. "
        + "Example: openamp nocopy-echo --wait poll";

    protected override Func<DemoService> ServiceFactory(ParseResult line) => static () => new NoCopyEchoService();
}
