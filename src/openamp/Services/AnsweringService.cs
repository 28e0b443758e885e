// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>A service that answers each message to its sender until the shutdown word, or until the peer destroys its
/// endpoint.</summary>
internal abstract class AnsweringService : DemoService
{
    protected override bool EndsWithPeer => true;

    /// <summary>Where answers go.</summary>
    protected AnswerQueue Answers { get; } = new();

    protected override Task WorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
        => Answers.DrainAsync(endpoint, cancellationToken);

    protected override void OnMessage(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        if (ShutdownWord.Begins(message.Payload))
        {
            Answers.Complete();
            return;
        }

        int lengthBytes = message.Payload.Length;
        Answer(endpoint, ref message);
        Tally.Count(lengthBytes);
    }

    /// <summary>Answers one message.</summary>
    protected abstract void Answer(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message);

    protected override void Clear() => Answers.Clear();
}
