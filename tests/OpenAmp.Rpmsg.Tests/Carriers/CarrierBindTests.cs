// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class CarrierBindTests
{
    [Fact]
    public async Task AnAddressThatIsLearnedWhileThePortOpensIsNotMissed()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        await using var link = RpmsgLink.Create(
            new MemoryCarrier { OpensWithoutRemote = true, RemoteWhenAsked = 42 }, new RpmsgLinkOptions());
        link.Start();
        await using RpmsgEndpoint endpoint = await link.ConnectAsync("svc", limit.Token);
        Assert.Equal(42u, endpoint.RemoteAddress);
    }
}
