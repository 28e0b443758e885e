// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Messages;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg ping</c>.</summary>
internal sealed class RpmsgPingCommand : EndpointCommand
{
    private const int LongestPayload = 65_519;

    private readonly Option<long> _count = new("--count", "-c")
    {
        Description = "How many; 0 goes on until Ctrl-C.",
        HelpName = "PINGS",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _size = new("--size", "-s")
    {
        Description = "Length of each message in bytes.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => 64,
    };

    private readonly Option<double> _interval = Seconds("--interval", "-i", "From one ping to the next.", 1);
    private readonly Option<double> _deadline = Seconds("--deadline", "-W", "How long an answer may take.", 1);

    private readonly Option<bool> _flood = new("--flood", "-f")
    {
        Description = "Send the next as soon as the last is answered, and print the summary alone.",
    };

    private readonly Option<bool> _contains = new("--contains")
    {
        Description = "Take an answer that contains the ping for right, as of services that put a text before it.",
    };

    public RpmsgPingCommand()
        : base(
            "ping",
            "Sends messages to a service that echoes them, checks every byte of each answer and measures the round "
            + "trip. The exit code is 1 when one is lost, late or wrong. Example: openamp rpmsg ping rpmsg-raw -c 1000 "
            + "-f")
    {
        Options.Add(_count);
        Options.Add(_size);
        Options.Add(_interval);
        Options.Add(_deadline);
        Options.Add(_flood);
        Options.Add(_contains);
        _count.Validators.Add(result => RefuseUnless(result, result.GetValueOrDefault<long>() >= 0, "0 or more pings"));
        _size.Validators.Add(result => RefuseUnless(
            result, result.GetValueOrDefault<int>() is >= 1 and <= LongestPayload, $"1 to {LongestPayload} bytes"));
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, OpenedEndpoint opened, CancellationToken cancellationToken)
    {
        bool isFlood = run.Line.GetValue(_flood);
        PingOptions options = OptionsOf(run.Line, isFlood, opened);
        var session = new PingSession(
            opened.Endpoint, options, isFlood || run.IsJson ? WriteNothing : WriteAnswer);
        long start = Stopwatch.GetTimestamp();
        string? fault = null;
        bool isInterrupted = false;
        try
        {
            await session.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RpmsgClosedException exception)
        {
            fault = Notice.OneLine(exception);
        }
        catch (OperationCanceledException)
        {
            isInterrupted = true;
        }

        PingTally tally = session.Tally;
        fault ??= tally.FirstError ?? (isInterrupted && options.Count > 0
            ? $"it was ended after {tally.Sent} of {options.Count} pings" : null);
        bool isRight = fault is null && tally.Sent > 0 && tally.Lost == 0;
        ReportOf(run, opened, options, tally, start, isRight ? null : fault ?? "no ping was sent").Write(run.IsJson);
        if (!isRight)
        {
            Notice.Write(run.Path, fault ?? "no ping was sent");
        }

        return isRight ? RunResult.Ok : RunResult.Failed;
    }

    private static PingReport ReportOf(
        DeviceRun run, OpenedEndpoint opened, PingOptions options, PingTally tally, long start, string? error) => new()
        {
            Command = run.Path,
            Endpoint = opened.ToString(),
            PayloadBytes = options.LengthBytes,
            Sent = tally.Sent,
            Received = tally.Received,
            Lost = tally.Lost,
            Corrupted = tally.Corrupted,
            Late = tally.Late,
            Foreign = tally.Foreign,
            RoundTripMicroseconds = LatencyReport.From(tally.RoundTrips),
            ElapsedSeconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3),
            Result = new RunOutcome(error is null ? RunResult.Ok : RunResult.Failed).Word,
            Error = error,
        };

    private PingOptions OptionsOf(ParseResult line, bool isFlood, OpenedEndpoint opened)
    {
        int size = line.GetValue(_size);
        return size <= opened.Endpoint.MaxPayloadBytes
            ? new PingOptions
            {
                Count = line.GetValue(_count),
                LengthBytes = size,
                Interval = isFlood ? TimeSpan.Zero : TimeSpan.FromSeconds(line.GetValue(_interval)),
                Deadline = TimeSpan.FromSeconds(line.GetValue(_deadline)),
                AcceptsMore = line.GetValue(_contains),
            }
            : throw new RpmsgMessageTooLongException(string.Create(
                CultureInfo.InvariantCulture,
                $"{size} bytes are more than a message of {opened} can hold; give --size "
                    + $"{opened.Endpoint.MaxPayloadBytes} or less"));
    }

    private static void WriteNothing(long number, int lengthBytes, TimeSpan roundTrip)
    {
    }

    private static void WriteAnswer(long number, int lengthBytes, TimeSpan roundTrip)
        => Screen.Line(string.Create(
            CultureInfo.InvariantCulture, $"{number}: {lengthBytes} bytes in {roundTrip.TotalMicroseconds:0.0} µs"));

    private static Option<double> Seconds(string name, string alias, string description, double value)
    {
        var option = new Option<double>(name, alias)
        {
            Description = description,
            HelpName = "SECONDS",
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result => RefuseUnless(
            result, result.GetValueOrDefault<double>() is >= 0 and <= 3600, "0 to 3600 seconds"));
        return option;
    }

    private static void RefuseUnless(OptionResult result, bool isRight, string range)
    {
        if (!isRight)
        {
            result.AddError($"{result.Option.Name} takes {range}.");
        }
    }
}
