// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>A service that asks, waits for the answer, checks it and asks again.</summary>
/// <remarks>The next question is sent from the handler of the last answer: no other thread need wake up.</remarks>
internal abstract class RoundTripService : DemoService
{
    private const int LongestQuestionBytes = 65_519; // What the 16 bits of a message's length leave beside its header.

    // Questions that found no free buffer. At most one: there is only one under way.
    private readonly Channel<int> _postponed = Channel.CreateBounded<int>(1);
    private readonly byte[] _question = new byte[LongestQuestionBytes];
    private long _sentAt;
    private bool _isAsking;

    /// <summary>Number of the question that is under way, from 0.</summary>
    protected int Round { get; private set; }

    /// <summary>Writes the question of this round.</summary>
    /// <returns>Its length in bytes.</returns>
    protected abstract int WriteQuestion(Span<byte> question);

    /// <summary>Says what is wrong with the answer of this round, or null.</summary>
    protected abstract string? FindError(ReadOnlySpan<byte> answer);

    protected override async Task WorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        Tally.Begin();
        Ask(endpoint);
        await foreach (int lengthBytes in _postponed.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await endpoint.SendAsync(_question.AsMemory(0, lengthBytes), cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void OnMessage(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        if (!_isAsking)
        {
            Tally.CountError($"a message of {message.Payload.Length} bytes that nothing was asked for");
            return;
        }

        _isAsking = false;
        if (FindError(message.Payload) is { } error)
        {
            Tally.CountError($"round {Round}: {error}");
        }
        else
        {
            Tally.CountRoundTrip(message.Payload.Length, _sentAt);
        }

        Round++;
        if (Round < ExpectedMessages)
        {
            Ask(endpoint);
        }
        else
        {
            _postponed.Writer.TryComplete();
        }
    }

    private void Ask(RpmsgEndpoint endpoint)
    {
        int lengthBytes = WriteQuestion(_question);
        _isAsking = true;
        _sentAt = Stopwatch.GetTimestamp();
        if (!endpoint.TrySend(_question.AsSpan(0, lengthBytes)))
        {
            _postponed.Writer.TryWrite(lengthBytes);
        }
    }
}
