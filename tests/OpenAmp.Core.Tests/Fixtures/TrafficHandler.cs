// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Checks each message against <see cref="Traffic"/>.</summary>
internal readonly struct TrafficHandler : IRpmsgHandler
{
    private readonly Traffic _traffic;

    public TrafficHandler(Traffic traffic) => _traffic = traffic;

    public bool OnMessage(nint context, in RpmsgDelivery delivery) => _traffic.Receive(delivery);

    public void OnNameService(in NameServiceMessage message) => Assert.Fail("Nobody announced anything.");
}
