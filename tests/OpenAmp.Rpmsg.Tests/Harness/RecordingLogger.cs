// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Linq;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public Entry[] Entries => [.. _entries];

    public Entry[] OfId(int id) => [.. _entries.Where(entry => entry.Id == id)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
        => _entries.Enqueue(new Entry(eventId.Id, logLevel, formatter(state, exception), exception));

    /// <summary>One thing logged.</summary>
    internal sealed record Entry(int Id, LogLevel Level, string Message, Exception? Exception);
}
