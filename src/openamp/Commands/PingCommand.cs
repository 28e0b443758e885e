// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>ping</c>.</summary>
internal sealed class PingCommand : ServiceCommand
{
    private readonly Option<int> _wordBytes = PayloadOptions.WordBytes();

    public PingCommand()
        : base(
            "ping",
            "Sends 480 messages of 1 to 480 bytes behind a header, each after the echo of the last, and checks every "
            + "byte. Example: openamp ping --json",
            answers: false)
        => Options.Add(_wordBytes);

    protected override Func<DemoService> ServiceFactory(ParseResult line)
    {
        int wordBytes = line.GetValue(_wordBytes);
        return () => new PingService(wordBytes);
    }
}
