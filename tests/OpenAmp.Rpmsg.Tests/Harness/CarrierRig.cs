// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>A link over a <see cref="MemoryCarrier"/>.</summary>
internal sealed class CarrierRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _deadline =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private CarrierRig(MemoryCarrier carrier, RpmsgLinkOptions? options)
    {
        _deadline.CancelAfter(TimeSpan.FromSeconds(30));
        Carrier = carrier;
        Link = RpmsgLink.Create(carrier, (options ?? new()) with { Name = "carried", Logger = Logger });
    }

    public RecordingLogger Logger { get; } = new();

    public MemoryCarrier Carrier { get; }

    public RpmsgLink Link { get; }

    public CancellationToken Token => _deadline.Token;

    public static CarrierRig Start(MemoryCarrier? carrier = null, RpmsgLinkOptions? options = null)
    {
        var rig = new CarrierRig(carrier ?? new(), options);
        rig.Link.Start();
        return rig;
    }

    /// <summary>An endpoint without a name, and its port.</summary>
    public async Task<(RpmsgEndpoint Endpoint, MemoryPort Port)> OpenAsync(RpmsgEndpointOptions? options = null)
    {
        RpmsgEndpoint endpoint = Link.CreateEndpoint((options ?? new()) with { RemoteAddress = 0x99 });
        return (endpoint, await Carrier.OpenedAsync(Token));
    }

    public async ValueTask DisposeAsync()
    {
        await Link.DisposeAsync();
        _deadline.Dispose();
    }
}
