// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Sends a hundred greetings, the last of them a farewell, and then lets the peer leave first.</summary>
internal sealed class SamplePingService : RoundTripService
{
    public const int GreetingCount = 100;

    private static readonly TimeSpan PeerLeaveTime = TimeSpan.FromSeconds(1);

    public override string Name => DemoServiceNames.Sample;

    public override string Counterpart => "sample-echo";

    public override long ExpectedMessages => GreetingCount;

    private ReadOnlySpan<byte> Greeting => Round < GreetingCount - 1 ? "hello world!"u8 : "goodbye!"u8;

    protected override int WriteQuestion(Span<byte> question)
    {
        Greeting.CopyTo(question);
        return Greeting.Length;
    }

    protected override string? FindError(ReadOnlySpan<byte> answer)
        => answer.SequenceEqual(Greeting)
            ? null
            : $"the echo of {answer.Length} bytes is not the greeting that was sent";

    protected override async Task WorkAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        await base.WorkAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await Task.WhenAny(endpoint.Completion, Task.Delay(PeerLeaveTime, cancellationToken)).ConfigureAwait(false);
    }
}
