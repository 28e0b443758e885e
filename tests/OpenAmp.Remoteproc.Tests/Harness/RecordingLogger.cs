// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Linq;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Message)> _entries = new();

    public string[] OfId(int id) => [.. _entries.Where(entry => entry.Id == id).Select(entry => entry.Message)];

    public string All => string.Join('\n', _entries.Select(entry => $"{entry.Id}: {entry.Message}"));

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
        => _entries.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception?.Message}"));
}
