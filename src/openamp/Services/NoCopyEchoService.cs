// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Returns every message to its sender, straight from the buffer it came in to the buffer it leaves
/// in.</summary>
internal sealed class NoCopyEchoService : AnsweringService
{
    public override string Counterpart => "nocopy-ping";

    protected override void Answer(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        if (!message.TryHold(out RpmsgHeldBuffer held))
        {
            // So many are held that the peer would run out of buffers: a copy gives this one back.
            Answers.Give(endpoint, message.Payload, message.Source);
        }
        else if (Answers.IsEmpty && endpoint.TryRentSendBuffer(out RpmsgSendBuffer buffer))
        {
            held.Payload.CopyTo(buffer.Payload);
            buffer.SendTo(held.Payload.Length, held.Source);
            held.Dispose();
        }
        else
        {
            Answers.Enqueue(held);
        }
    }
}
