// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using Microsoft.Extensions.Logging;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Services;

/// <summary>Hears of the services that firmware announces, by the link's own log, and passes everything on.</summary>
internal sealed class ServiceLog(ILogger inner, IRunScreen screen) : ILogger
{
    private const int AnnouncedEvent = 3;
    private const string StartVariable = "OPENAMP_STARTED";

    private int _count;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == AnnouncedEvent && state is IReadOnlyList<KeyValuePair<string, object?>> members)
        {
            Hear(members);
        }

        if (inner.IsEnabled(logLevel))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private void Hear(IReadOnlyList<KeyValuePair<string, object?>> members)
    {
        string? service = null;
        uint? address = null;
        foreach ((string name, object? value) in members)
        {
            service = name == "Service" ? value as string : service;
            address = name == "Address" ? value as uint? : address;
        }

        if (service is not null && address is { } known)
        {
            bool isFirst = Interlocked.Increment(ref _count) == 1;
            screen.Service(service, known, isFirst ? SinceProcessStart() : null);
        }
    }

    // What the user waited for since the command began, loading the runtime included. ./openamp, which may have built
    // something in the same process before, says when that was.
    private static TimeSpan SinceProcessStart()
    {
        using var self = Process.GetCurrentProcess();
        DateTime start = self.StartTime.ToUniversalTime();
        if (double.TryParse(
            Environment.GetEnvironmentVariable(StartVariable), CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and < uint.MaxValue && DateTime.UnixEpoch.AddSeconds(seconds) is var told && told > start)
        {
            start = told;
        }

        return TimeProvider.System.GetUtcNow().UtcDateTime - start;
    }
}
