// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>The checks of the kernel's RPMsg devices.</summary>
internal static class RpmsgCases
{
    public static IReadOnlyList<ProbeCase> All { get; } =
    [
        new("rpmsg-list", DiscoveryCases.ListAsync),
        new("rpmsg-node-by-selector", DiscoveryCases.SelectAsync),
        new("rpmsg-raw-channel", EndpointCases.RawChannelAsync),
        new("rpmsg-named-channel", EndpointCases.NamedChannelAsync),
        new("rpmsg-connect-waits", EndpointCases.ConnectWaitsAsync),
        new("rpmsg-listen", EndpointCases.ListenAsync),
        new("rpmsg-many-endpoints", EndpointCases.ManyEndpointsAsync),
        new("rpmsg-cancel", EndpointCases.CancelAsync),
        new("rpmsg-pause", EndpointCases.PauseAsync),
        new("rpmsg-full-queue", EndpointCases.FullQueueAsync),
        new("rpmsg-round-trips", EndpointCases.RoundTripsAsync) { Limit = TimeSpan.FromMinutes(5) },
        new("rpmsg-withdrawn", EndCases.WithdrawnAsync),
        new("rpmsg-unbind", EndCases.UnbindAsync),
        new("rpmsg-busy", ControlCases.BusyAsync),
        new("rpmsg-create-ept", ControlCases.CreateEndpointAsync),
        new("rpmsg-create-dev", ControlCases.CreateDeviceAsync),
        new("rpmsg-offer", ControlCases.OfferAsync),
        new("rpmsg-duplicate", ControlCases.DuplicateAsync),
        new("rpmsg-address-taken", ControlCases.AddressTakenAsync),
        new("rpmsg-flow-control", ControlCases.FlowControlAsync),
        new("rpmsg-no-permission", ControlCases.NoPermissionAsync),
        new("rpmsg-tty", TtyCases.StreamAsync),
        new("rpmsg-tty-full", TtyCases.FullAsync),
    ];
}
