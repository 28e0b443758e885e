// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Threading;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Output;

/// <summary>A line for each thing that happens: when, where from, what.</summary>
internal sealed class PlainRunScreen : IRunScreen
{
    private const int OriginWidth = 10;

    private readonly Lock _lock = new();

    public void Loaded(string processor, string firmware)
        => Write(DateTimeOffset.UtcNow, processor, firmware);

    public void State(RemoteProcessorStateChange change)
        => Write(
            change.Time,
            "state",
            change.Crash is { } crash ? $"{change.From} -> {change.To}: {crash.Message}" : $"{change.From} -> "
                + $"{change.To}");

    public void Service(string name, uint address, TimeSpan? sinceStart)
        => Write(DateTimeOffset.UtcNow, "service", string.Create(
            CultureInfo.InvariantCulture, $"{SafeText.Of(name)} at 0x{address:x}")
            + (sinceStart is { } time ? string.Create(
                CultureInfo.InvariantCulture,
                $" (first announcement after {time.TotalMilliseconds:0} ms)") : ""));

    public void Hint(string topic, string text) => Write(DateTimeOffset.UtcNow, topic, text);

    public void Trace(TraceOrigin origin, TraceLine line)
    {
        if (line.LostBytes > 0)
        {
            string atLeast = line.Flags.HasFlag(TraceLineFlags.LossUnknown) ? "at least " : "";
            Write(line.ArrivedAt, origin.Buffer, $"... {atLeast}{line.LostBytes} bytes were lost here ...");
        }

        Write(line.ArrivedAt, origin.Buffer, line.Text);
    }

    public void Output(string line, bool isError)
        => Write(DateTimeOffset.UtcNow, isError ? "stderr" : "stdout", line);

    public void End(RunSummary summary)
    {
        if (summary.Starts > 0)
        {
            string stop = summary.Stop is null ? "" : $", stopped ({summary.Stop})";
            Write(DateTimeOffset.UtcNow, "end", string.Create(
                CultureInfo.InvariantCulture,
                $"ran {summary.ElapsedSeconds:0.0} s, {Quantity.Count(summary.Starts, "start", "starts")}, ")
                + Quantity.Count(summary.Crashes, "crash", "crashes") + stop);
        }

        if (summary.LastCoreDump is { } dump)
        {
            Write(DateTimeOffset.UtcNow, "end", $"core dump: {dump}; look into it: openamp coredump inspect {dump} "
                + $"--firmware {summary.Firmware}");
        }
    }

    private void Write(DateTimeOffset time, string origin, string text)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{time.ToLocalTime():HH:mm:ss.fff} {origin.PadRight(OriginWidth)} {text}");
        lock (_lock)
        {
            Console.Out.WriteLine(line);
        }
    }
}
