// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>Two links, or a link and a bare peer, over one block of memory in this process.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _deadline =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly RpmsgLink? _driver;
    private readonly RpmsgLink? _device;
    private BarePeer? _peer;
    private uint _nextAddress = 100;

    private Rig(RigOptions options, VirtioRole? bareRole)
    {
        _deadline.CancelAfter(options.Limit);
        Memory = new SharedBlock(options);
        (DriverDoorbell, DeviceDoorbell) = TestDoorbell.CreatePair();

        // The driver first: it resets the rings.
        if (bareRole == VirtioRole.Driver)
        {
            _peer = BarePeer.Create(Memory, VirtioRole.Driver, DriverDoorbell);
        }
        else
        {
            _driver = Create(VirtioRole.Driver, options.Driver, DriverDoorbell, Memory.DriverOwner);
        }

        if (bareRole == VirtioRole.Device)
        {
            _peer = BarePeer.Create(Memory, VirtioRole.Device, DeviceDoorbell);
        }
        else
        {
            _device = Create(VirtioRole.Device, options.Device, DeviceDoorbell, Memory.DeviceOwner);
        }
    }

    public SharedBlock Memory { get; }

    public TestDoorbell DriverDoorbell { get; }

    public TestDoorbell DeviceDoorbell { get; }

    public RpmsgLink Driver => _driver!;

    public RpmsgLink Device => _device!;

    /// <summary>The only link of a rig with a bare peer.</summary>
    public RpmsgLink Link
        => _driver is null || _device is null ? (_driver ?? _device)! : throw new NotSupportedException();

    public BarePeer Peer => _peer!;

    /// <summary>Bounds each wait of a test.</summary>
    public CancellationToken Token => _deadline.Token;

    public static Rig Create(RigOptions? options = null) => new(options ?? new(), null);

    public static Rig Start(RigOptions? options = null)
    {
        Rig rig = Create(options);
        rig.Driver.Start();
        rig.Device.Start();
        return rig;
    }

    /// <summary>A link in a role, and a bare peer in the other.</summary>
    public static Rig StartAlone(VirtioRole role, RigOptions? options = null)
    {
        Rig rig = CreateAlone(role, options);
        rig.Link.Start();
        return rig;
    }

    public static Rig CreateAlone(VirtioRole role, RigOptions? options = null)
        => new(options ?? new(), role == VirtioRole.Driver ? VirtioRole.Device : VirtioRole.Driver);

    public RpmsgLink this[VirtioRole role] => role == VirtioRole.Driver ? Driver : Device;

    public RpmsgLink Opposite(VirtioRole role) => role == VirtioRole.Driver ? Device : Driver;

    public TestDoorbell DoorbellOf(VirtioRole role) => role == VirtioRole.Driver ? DriverDoorbell : DeviceDoorbell;

    /// <summary>An endpoint on each side, without names, that know each other.</summary>
    public (RpmsgEndpoint Near, RpmsgEndpoint Far) Pair(
        VirtioRole near,
        RpmsgEndpointOptions? farOptions = null,
        RpmsgEndpointOptions? nearOptions = null)
    {
        uint nearAddress = Interlocked.Add(ref _nextAddress, 2);
        uint farAddress = nearAddress + 1;
        RpmsgEndpoint farEnd = Opposite(near).CreateEndpoint(
            (farOptions ?? new()) with { LocalAddress = farAddress, RemoteAddress = nearAddress });
        RpmsgEndpoint nearEnd = this[near].CreateEndpoint(
            (nearOptions ?? new()) with { LocalAddress = nearAddress, RemoteAddress = farAddress });
        return (nearEnd, farEnd);
    }

    /// <summary>The bare driver resets the rings and begins anew, as Linux does when a driver is bound again.</summary>
    public void RebindPeer()
    {
        Peer.Forget();
        _peer = BarePeer.Create(Memory, VirtioRole.Driver, DriverDoorbell);
    }

    /// <summary>Comes back when something has become true, or fails at the deadline.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Comes back when the link has dealt with all that the bare peer sent.</summary>
    public async Task SettleAsync()
    {
        uint address = Interlocked.Add(ref _nextAddress, 2);
        await using RpmsgEndpoint last = Link.CreateEndpoint(new() { LocalAddress = address });
        Assert.Equal(RpmsgSendResult.Sent, Peer.Send(1, address, []));
        using RpmsgMessage message = await last.ReceiveAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        Task driver = _driver?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        Task device = _device?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await Task.WhenAll(driver, device).WaitAsync(Limit, CancellationToken.None);
        _peer?.Dispose();
        _deadline.Dispose();
    }

    private RpmsgLink Create(
        VirtioRole role,
        RpmsgLinkOptions options,
        TestDoorbell doorbell,
        SharedBlock.Owner owner)
        => RpmsgLink.Create(
            new RpmsgLinkDescription
            {
                Role = role,
                Memory = Memory.Region,
                Layout = Memory.Layout,
                Doorbell = doorbell,
                MemoryOwner = owner,
            },
            options);
}
