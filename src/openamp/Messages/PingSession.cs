// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Messages;

/// <summary>Sends pings to an endpoint that echoes, waits for each answer until its deadline, and checks its bytes.
/// </summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="endpoint">Where it pings; it belongs to the caller.</param>
/// <param name="options">How.</param>
/// <param name="onAnswer">Told of each right answer: its number, its length, its round trip.</param>
internal sealed class PingSession(
    RpmsgEndpoint endpoint, PingOptions options, Action<long, int, TimeSpan> onAnswer)
{
    private const int MostLostRemembered = 64;

    private readonly Queue<byte[]> _lost = [];
    private byte[] _ping = new byte[options.LengthBytes];

    public PingTally Tally { get; } = new();

    /// <summary>Pings until all are answered or lost.</summary>
    /// <exception cref="RpmsgClosedException">The endpoint ended.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was under way counts for nothing.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (long number = 0; options.Count == 0 || number < options.Count; number++)
        {
            long start = Stopwatch.GetTimestamp();
            await PingAsync(number, start, cancellationToken).ConfigureAwait(false);
            TimeSpan left = options.Interval - Stopwatch.GetElapsedTime(start);
            if (left > TimeSpan.Zero && number + 1 != options.Count)
            {
                await Task.Delay(left, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PingAsync(long number, long start, CancellationToken cancellationToken)
    {
        PingPattern.Fill(_ping, number);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Deadline);
        bool isSent = false;
        try
        {
            await endpoint.SendAsync(_ping, deadline.Token).ConfigureAwait(false);
            isSent = true;
            while (!await ReceiveAsync(number, start, deadline.Token).ConfigureAwait(false))
            {
            }

            Tally.Sent++;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Tally.Sent++;
            Tally.CountLost(string.Create(
                CultureInfo.InvariantCulture,
                $"ping {number} {(isSent ? "had no answer" : "found no free buffer")} within "
                    + $"{options.Deadline.TotalSeconds:0.###} s"));
            Remember();
        }
    }

    /// <summary>Takes one message.</summary>
    /// <returns>Whether it ends the wait for this ping's answer.</returns>
    private async ValueTask<bool> ReceiveAsync(long number, long start, CancellationToken cancellationToken)
    {
        using RpmsgMessage message = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan roundTrip = Stopwatch.GetElapsedTime(start);
        ReadOnlySpan<byte> answer = message.Payload;
        if (IsRight(answer))
        {
            Tally.CountAnswer(roundTrip);
            onAnswer(number, answer.Length, roundTrip);
            return true;
        }

        if (PingPattern.IsAnswerTo(answer, _ping))
        {
            int at = answer.CommonPrefixLength(_ping);
            Tally.CountCorrupted(string.Create(
                CultureInfo.InvariantCulture,
                $"byte {at} of the answer to ping {number} is 0x{answer[at]:x2}; sent was 0x{_ping[at]:x2}"));
            return true;
        }

        if (WasLost(answer))
        {
            Tally.Late++;
        }
        else
        {
            Tally.Foreign++;
        }

        return false;
    }

    private bool IsRight(ReadOnlySpan<byte> answer)
        => options.AcceptsMore ? answer.IndexOf(_ping) >= 0 : answer.SequenceEqual(_ping);

    private bool WasLost(ReadOnlySpan<byte> answer)
    {
        foreach (byte[] ping in _lost)
        {
            if (options.AcceptsMore ? answer.IndexOf(ping) >= 0 : answer.SequenceEqual(ping))
            {
                return true;
            }
        }

        return false;
    }

    private void Remember()
    {
        if (_lost.Count == MostLostRemembered)
        {
            _lost.Dequeue();
        }

        _lost.Enqueue(_ping);
        _ping = new byte[options.LengthBytes];
    }
}
