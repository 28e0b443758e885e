// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>flood</c>.</summary>
internal sealed class FloodCommand : ServiceCommand
{
    private readonly Option<int> _wordBytes = PayloadOptions.WordBytes();
    private readonly Option<int> _messagesPerSize = PayloadOptions.MessagesPerSize();

    public FloodCommand()
        : base(
            "flood",
            "Sends messages of 480 sizes to an echo as fast as buffers come free, and checks that every echo comes "
            + "back, in order. Example: openamp flood --count 1000",
            answers: false)
    {
        Options.Add(_wordBytes);
        Options.Add(_messagesPerSize);
    }

    protected override Func<DemoService> ServiceFactory(ParseResult line)
    {
        int wordBytes = line.GetValue(_wordBytes);
        int messagesPerSize = line.GetValue(_messagesPerSize);
        return () => new FloodService(wordBytes, messagesPerSize);
    }
}
