// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Returns every message to its sender.</summary>
internal sealed class EchoService : AnsweringService
{
    public override string Counterpart => "ping";

    protected override void Answer(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
        => Answers.Give(endpoint, message.Payload, message.Source);
}
