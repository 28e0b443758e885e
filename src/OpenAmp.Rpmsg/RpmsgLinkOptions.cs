// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Rpmsg;

/// <summary>How a link behaves. Every default suits a link between two Linux processes.</summary>
public sealed record RpmsgLinkOptions
{
    /// <summary>Name of the link in logs, metrics and exceptions.</summary>
    public string Name { get; init; } = "rpmsg";

    /// <summary>How the link's thread waits. Default: <see cref="WaitMode.Adaptive"/>.</summary>
    public WaitMode WaitMode { get; init; } = WaitMode.Adaptive;

    /// <summary>How long an adaptive wait watches the ring at most before it blocks. Default: 50 µs, the order of what
    /// a wake-up costs.</summary>
    public TimeSpan MaxSpinTime { get; init; } = TimeSpan.FromMicroseconds(50);

    /// <summary>Whether the name service was negotiated (VIRTIO_RPMSG_F_NS). Default: yes.</summary>
    public bool NameService { get; init; } = true;

    /// <summary>First address handed out to endpoints that ask for any. Default: 1024.</summary>
    public uint FirstDynamicAddress { get; init; } = RpmsgAddress.FirstDynamic;

    /// <summary>How many announcements of services that nobody here waits for yet are kept, and how many for each
    /// listener. Further ones are counted and dropped. Default: 4096.</summary>
    public int MaxPendingAnnouncements { get; init; } = 4096;

    /// <summary>How often a sender that waits for a buffer looks again on its own, for peers that never ring when
    /// they give buffers back. Default: 5 ms.</summary>
    public TimeSpan BufferRecheckInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long disposing an endpoint waits for a buffer to tell the peer in. Default: 500 ms.</summary>
    public TimeSpan GoodbyeTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where the link reports what happens. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Throws what is wrong with the options, before anything is set up.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSpinTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfEqual(FirstDynamicAddress, RpmsgAddress.Any);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxPendingAnnouncements);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BufferRecheckInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(GoodbyeTimeout, TimeSpan.Zero);
    }
}
