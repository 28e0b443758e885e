// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Messages;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg send</c>.</summary>
internal sealed class RpmsgSendCommand : EndpointCommand
{
    private readonly Argument<string[]> _messages = new("MESSAGE")
    {
        Description = "Messages, each an argument.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _hex = new("--hex")
    {
        Description = "The messages are pairs of hexadecimal digits, blanks and colons between them as you like.",
    };

    private readonly Option<string?> _file = new("--file")
    {
        Description = "Send what a file holds, - is standard input, as --frames says.",
        HelpName = "FILE",
    };

    private readonly Option<string> _frames = new("--frames")
    {
        Description = "Where messages end in FILE: none (as many bytes as fit are one), lines (each line is one, "
            + "without its line break) or length (each has its length before it, four bytes, little-endian).",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<int> _replies = new("--replies", "-r")
    {
        Description = "Wait for so many messages in reply, and print them.",
        HelpName = "MESSAGES",
        DefaultValueFactory = _ => 0,
    };

    private readonly FormOption _form = new();

    public RpmsgSendCommand()
        : base(
            "send",
            "Sends messages: arguments, bytes in hexadecimal, or what a file or standard input holds; and prints "
            + "replies if you like. Example: openamp rpmsg send rpmsg-raw hello --replies 1 --timeout 5")
    {
        Arguments.Add(_messages);
        Options.Add(_hex);
        Options.Add(_file);
        Options.Add(_frames);
        Options.Add(_replies);
        _form.AddTo(this);
        _frames.AcceptOnlyFromAmong("none", "lines", "length");
        Validators.Add(RefuseContradictions);
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, OpenedEndpoint opened, CancellationToken cancellationToken)
    {
        RpmsgEndpoint endpoint = opened.Endpoint;
        long count = 0;
        long bytes = 0;
        await foreach (byte[] message in MessagesOf(run.Line, endpoint.MaxPayloadBytes, cancellationToken)
            .ConfigureAwait(false))
        {
            await endpoint.SendAsync(message, cancellationToken).ConfigureAwait(false);
            count++;
            bytes += message.Length;
        }

        int replies = run.Line.GetValue(_replies);
        var printer = new MessagePrinter(_form.Read(run));
        for (int received = 0; received < replies; received++)
        {
            run.WaitingFor = $"{received} of {replies} replies came; the remote sends no more";
            using RpmsgMessage reply = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            printer.Print(reply);
        }

        if (replies == 0)
        {
            Tell(run, opened, count, bytes);
        }

        return RunResult.Ok;
    }

    private static void Tell(DeviceRun run, OpenedEndpoint opened, long count, long bytes)
    {
        var report = new TransferReport
        {
            Command = run.Path,
            Endpoint = opened.ToString(),
            MessagesSent = count,
            BytesSent = bytes,
            MessagesReceived = 0,
            Result = new RunOutcome(RunResult.Ok).Word,
        };
        Screen.Line(run.IsJson ? report.ToJson()
            : $"{Quantity.Count(count, "message", "messages")} of {Quantity.Count(bytes, "byte", "bytes")} sent: "
                + $"{opened}");
    }

    private async IAsyncEnumerable<byte[]> MessagesOf(
        ParseResult line, int longestBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string text in line.GetValue(_messages) ?? [])
        {
            yield return line.GetValue(_hex) && HexText.TryParse(text, out byte[] bytes)
                ? bytes : Encoding.UTF8.GetBytes(text);
        }

        if (line.GetValue(_file) is not { } path)
        {
            yield break;
        }

        Stream stream = path == "-" ? Console.OpenStandardInput() : InputFile.Open(path);
        await using ConfiguredAsyncDisposable end = stream.ConfigureAwait(false);
        var reader = new FrameReader(stream, FramesOption.Read(line.GetRequiredValue(_frames)), longestBytes);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }
    }

    private void RefuseContradictions(CommandResult result)
    {
        string[] messages = result.GetValue(_messages) ?? [];
        string? file = result.GetValue(_file);
        if (messages.Length == 0 && file is null)
        {
            result.AddError("Give a MESSAGE, or --file FILE (- is standard input).");
        }

        if (messages.Length > 0 && file is not null)
        {
            result.AddError("Give messages or --file, not both: their order would not be clear.");
        }

        if (result.GetValue(_hex) && messages.FirstOrDefault(text => !HexText.TryParse(text, out _)) is { } wrong)
        {
            result.AddError($"--hex takes pairs of hexadecimal digits, such as 01ff or '01 ff', not '{wrong}'.");
        }
    }
}
