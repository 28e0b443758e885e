// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Qemu;

/// <summary>Talks to QEMU's monitor: one JSON document a line, commands that are answered in their order, events in
/// between.</summary>
/// <remarks>
/// <para>What comes in is not trusted: lines are bounded, and whoever says anything that is no message is not listened
/// to any more. Every command has a deadline.</para>
/// <para>Any thread may call any member. Events are given to the receiver one after the other, on the thread
/// pool.</para>
/// </remarks>
internal sealed class QmpClient : IAsyncDisposable
{
    /// <summary>The longest line that is taken, in bytes: the longest that QEMU sends is a list of all devices.
    /// </summary>
    internal const int MaxLineBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly Action<QmpEvent> _onEvent;
    private readonly TimeSpan _deadline;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Dictionary<long, TaskCompletionSource<JsonElement>> _pending = [];
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private long _lastId;
    private Exception? _failure;

    private QmpClient(Stream stream, Action<QmpEvent> onEvent, TimeSpan deadline)
    {
        _stream = stream;
        _onEvent = onEvent;
        _deadline = deadline;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Done when nothing more will come: QEMU ended, or said nonsense. Never fails.</summary>
    internal Task Ended => _reading;

    /// <summary>Greets QEMU.</summary>
    /// <param name="stream">A connection to its monitor; owned by the client, and disposed when this fails.</param>
    /// <param name="onEvent">Takes the events.</param>
    /// <param name="deadline">How long each command may take.</param>
    /// <param name="cancellationToken">Ends the greeting.</param>
    /// <exception cref="QmpException">It does not greet back.</exception>
    internal static async Task<QmpClient> ConnectAsync(
        Stream stream,
        Action<QmpEvent> onEvent,
        TimeSpan deadline,
        CancellationToken cancellationToken)
    {
        QmpClient client = new(stream, onEvent, deadline);
        try
        {
            try
            {
                await client._greeted.Task.WaitAsync(deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException error)
            {
                throw new QmpException($"QEMU's monitor did not say QMP within {deadline}.", error);
            }

            _ = await client.ExecuteAsync("qmp_capabilities", null, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gives a command, and waits for its answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="writeArguments">Writes the members of its arguments; <see langword="null"/> without any.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    /// <returns>What it returned.</returns>
    /// <exception cref="QmpException">It was refused, not answered in time, or QEMU has ended.</exception>
    internal async Task<JsonElement> ExecuteAsync(
        string command,
        Action<Utf8JsonWriter>? writeArguments,
        CancellationToken cancellationToken)
    {
        TaskCompletionSource<JsonElement> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long id;
        lock (_lock)
        {
            ThrowIfEndedUnsynchronized(command);
            id = ++_lastId;
            _pending.Add(id, answer);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_deadline);
        try
        {
            await SendAsync(Write(command, writeArguments, id), deadline.Token).ConfigureAwait(false);
            return await answer.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QmpException($"QEMU did not answer the command '{command}' within {_deadline}.", error);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new QmpException($"QEMU was gone before it took the command '{command}'.", error);
        }
        finally
        {
            lock (_lock)
            {
                _ = _pending.Remove(id);
            }
        }
    }

    /// <summary>Gives a command of the human monitor.</summary>
    /// <param name="commandLine">The command, as one would type it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="QmpException">As for other commands.</exception>
    internal async Task<string> ExecuteHumanAsync(string commandLine, CancellationToken cancellationToken)
    {
        JsonElement answer = await ExecuteAsync(
            "human-monitor-command", writer => writer.WriteString("command-line", commandLine), cancellationToken)
            .ConfigureAwait(false);
        return answer.ValueKind == JsonValueKind.String ? answer.GetString()!
            : throw new QmpException($"QEMU answered '{commandLine}' with {answer.ValueKind}, not with a text.");
    }

    /// <summary>Closes the connection. QEMU goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new QmpException("The connection to QEMU's monitor is closed."));
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _writing.Dispose();
    }

    private static byte[] Write(string command, Action<Utf8JsonWriter>? writeArguments, long id)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        writer.WriteStartObject();
        writer.WriteString("execute", command);
        if (writeArguments is not null)
        {
            writer.WriteStartObject("arguments");
            writeArguments(writer);
            writer.WriteEndObject();
        }

        writer.WriteNumber("id", id);
        writer.WriteEndObject();
        writer.Flush();
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private async Task SendAsync(byte[] line, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = _writing.Release();
        }
    }

    private void ThrowIfEndedUnsynchronized(string command)
    {
        if (_failure is { } failure)
        {
            throw new QmpException($"QEMU cannot be told '{command}': {failure.Message}", failure);
        }
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        try
        {
            while (true)
            {
                int count = await _stream.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new QmpException("QEMU closed its monitor: it has ended.");
                }

                length = TakeLines(buffer, length + count);
                if (length == buffer.Length)
                {
                    if (length >= MaxLineBytes)
                    {
                        throw new QmpException($"QEMU's monitor sent a line of more than {MaxLineBytes} bytes.");
                    }

                    Array.Resize(ref buffer, length * 2);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or QmpException or JsonException
            or OperationCanceledException or InvalidOperationException)
        {
            End(error is JsonException ? new QmpException(
                $"QEMU's monitor sent what is no JSON: {error.Message}", error) : error);

            // Who is not listened to any more is told so.
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes whole lines from the front of the buffer, and moves what is left there.</summary>
    /// <returns>How much is left.</returns>
    private int TakeLines(byte[] buffer, int length)
    {
        int start = 0;
        while (buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is var end and >= 0)
        {
            ReadOnlyMemory<byte> line = buffer.AsMemory(start, end);
            start += end + 1;
            if (!line.Span.Trim("\r \t"u8).IsEmpty)
            {
                using var message = JsonDocument.Parse(line);
                Take(message.RootElement);
            }
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        return length - start;
    }

    private void Take(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw new QmpException($"QEMU's monitor sent {message.ValueKind} where a message is expected.");
        }

        if (message.TryGetProperty("QMP", out _))
        {
            _ = _greeted.TrySetResult();
        }
        else if (message.TryGetProperty("event", out JsonElement name) && name.ValueKind == JsonValueKind.String)
        {
            JsonElement details = message.TryGetProperty("data", out JsonElement data) ? data.Clone() : default;
            _onEvent(new QmpEvent(name.GetString()!, details));
        }
        else
        {
            TakeAnswer(message);
        }
    }

    private void TakeAnswer(JsonElement message)
    {
        TaskCompletionSource<JsonElement>? answer = null;
        if (message.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.Number
            && id.TryGetInt64(out long number))
        {
            lock (_lock)
            {
                _ = _pending.TryGetValue(number, out answer);
            }
        }

        if (message.TryGetProperty("return", out JsonElement result))
        {
            // Of nobody who still waits: its deadline has passed.
            _ = answer?.TrySetResult(result.Clone());
        }
        else if (message.TryGetProperty("error", out JsonElement error))
        {
            QmpException refusal = new($"QEMU refused: {new QmpEvent("", error).Text("desc")}");
            _ = answer?.TrySetException(refusal);
        }
        else
        {
            throw new QmpException("QEMU's monitor sent a message that is no greeting, event, answer or error.");
        }
    }

    private void End(Exception failure)
    {
        List<TaskCompletionSource<JsonElement>> pending;
        lock (_lock)
        {
            _failure ??= failure;
            pending = [.. _pending.Values];
        }

        QmpException told = new($"QEMU did not answer: {failure.Message}", failure);
        _ = _greeted.TrySetException(told);

        // Whoever greets sees it; nobody else looks.
        _ = _greeted.Task.Exception;
        pending.ForEach(answer => _ = answer.TrySetException(told));
    }
}
