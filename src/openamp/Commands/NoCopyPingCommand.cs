// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>nocopy-ping</c>.</summary>
internal sealed class NoCopyPingCommand : ServiceCommand
{
    private readonly Option<int> _wordBytes = PayloadOptions.WordBytes();

    public NoCopyPingCommand()
        : base(
            "nocopy-ping",
            "Ping without a copy: messages are written and checked in shared memory. "
            + "Example: openamp nocopy-ping --wait poll",
            answers: false)
        => Options.Add(_wordBytes);

    protected override Func<DemoService> ServiceFactory(ParseResult line)
    {
        int wordBytes = line.GetValue(_wordBytes);
        return () => new NoCopyPingService(wordBytes);
    }
}
