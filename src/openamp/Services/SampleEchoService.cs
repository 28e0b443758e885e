// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Returns a hundred greetings, then ends.</summary>
internal sealed class SampleEchoService : AnsweringService
{
    public override string Name => DemoServiceNames.Sample;

    public override string Counterpart => "sample-ping";

    public override long ExpectedMessages => SamplePingService.GreetingCount;

    protected override bool EndsWithPeer => false;

    protected override void Answer(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        Answers.Give(endpoint, message.Payload, message.Source);
        if (Tally.Messages + 1 == ExpectedMessages)
        {
            Answers.Complete();
        }
    }
}
