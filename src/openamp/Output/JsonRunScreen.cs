// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json;
using System.Threading;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Output;

/// <summary>An object a line, as it happens: a program that reads a pipe need not wait for the end.</summary>
internal sealed class JsonRunScreen : IRunScreen
{
    private readonly Lock _lock = new();

    public void Loaded(string processor, string firmware)
        => Write(new RunEvent { Event = "loaded", Text = firmware });

    public void State(RemoteProcessorStateChange change)
        => Write(new RunEvent
        {
            Event = "state",
            Time = change.Time,
            From = $"{change.From}",
            To = $"{change.To}",
            Text = change.Crash?.Message,
        });

    public void Service(string name, uint address, TimeSpan? sinceStart)
        => Write(new RunEvent
        {
            Event = "service",
            Time = DateTimeOffset.UtcNow,
            Text = name,
            Address = Quantity.Hex(address),
            AfterMilliseconds = sinceStart is { } time ? Math.Round(time.TotalMilliseconds, 1) : null,
        });

    public void Hint(string topic, string text) => Write(new RunEvent { Event = topic, Text = text });

    public void Trace(TraceOrigin origin, TraceLine line)
        => Write(new RunEvent
        {
            Event = "trace",
            Time = line.ArrivedAt,
            Buffer = origin.Buffer,
            Text = line.Text,
            LostBytes = line.LostBytes == 0 ? null : line.LostBytes,
        });

    public void Output(string line, bool isError)
        => Write(new RunEvent { Event = "output", Text = line, IsError = isError });

    public void End(RunSummary summary) => Write(new RunEvent { Event = "end", Summary = summary });

    private void Write(RunEvent what)
    {
        lock (_lock)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(what, RunEventJson.Default.RunEvent));
        }
    }
}
