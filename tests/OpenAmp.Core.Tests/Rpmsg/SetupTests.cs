// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>The two-process link's bytes after each step, as the C library leaves them.</summary>
public sealed unsafe class SetupTests
{
    [Fact]
    public void DriverPosts256EmptyBuffersAndKicksForNone()
    {
        using Link link = new Link().ConnectHost();

        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(0x10000ul + (512ul * (ulong)i), link.ToDriver.Address(i));
            Assert.Equal(512u, link.ToDriver.Length(i));
            Assert.Equal(RawRing.WriteFlag, link.ToDriver.Flags(i));
            Assert.Equal(0, link.ToDriver.Next(i));
            Assert.Equal(i, link.ToDriver.AvailEntry(i));
        }

        Assert.Equal(256, link.ToDriver.AvailIndex);
        Assert.Equal(0, link.ToDriver.AvailFlags);
        Assert.Equal(0, link.ToDriver.UsedIndex);
        Assert.Equal(0, link.HostMachine.NotifyCount);
        link.AssertCanaries();
    }

    [Fact]
    public void DriverBindsItsSendBuffersAndAsksForNoCompletions()
    {
        using Link link = new Link().ConnectHost();

        Assert.Equal(1, link.ToDevice.AvailFlags);
        Assert.Equal(0, link.ToDevice.AvailIndex);
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(0x30000ul + (512ul * (ulong)i), link.ToDevice.Address(i));
            Assert.Equal(512u, link.ToDevice.Length(i));
            Assert.Equal(0, link.ToDevice.Flags(i));
        }
    }

    [Fact]
    public void DriverClearsTheWholeOfBothRings()
    {
        using Link link = new Link().ConnectHost();
        Assert.Equal(-1, link.Memory.Bytes[0x5204..0x6806].IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, link.Memory.Bytes[0x9002..0xA806].IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void DeviceAsksForNoKicksForBuffersToFillAndWritesNothingElse()
    {
        using Link link = new Link().ConnectHost();
        byte[] expected = link.Memory.Bytes.ToArray();
        expected[0x6000] = 1;

        _ = link.ConnectRemote();

        Assert.Equal(expected, link.Memory.Bytes.ToArray());
        Assert.Equal(0, link.RemoteMachine.NotifyCount);
    }

    [Fact]
    public void DriverSendsFromItsBuffersInOrderWithTheWholeBufferInTheDescriptor()
    {
        using Link link = new Link().ConnectBoth();
        Assert.Equal(RpmsgSendResult.Sent, link.Host.TrySend(0x400, 0x401, [1, 2, 3]));
        Assert.Equal(RpmsgSendResult.Sent, link.Host.TrySend(0x400, 0x401, [4]));

        Assert.Equal(2, link.ToDevice.AvailIndex);
        Assert.Equal(0x30000ul, link.ToDevice.Address(link.ToDevice.AvailEntry(0)));
        Assert.Equal(0x30200ul, link.ToDevice.Address(link.ToDevice.AvailEntry(1)));
        Assert.Equal(512u, link.ToDevice.Length(link.ToDevice.AvailEntry(0)));
        Assert.Equal(
            Convert.FromHexString("00040000010400000000000003000000010203"),
            link.Memory.Bytes.Slice(0x30000, 19).ToArray());
        Assert.Equal(2, link.HostMachine.NotifyCount);
        Assert.Equal(2u, link.HostMachine.LastNotifyId);
    }

    [Fact]
    public void DeviceSendsInTheFirstBufferOfferedAndReportsAllOfIt()
    {
        using Link link = new Link().ConnectBoth();
        Assert.True(RpmsgName.TryCreate("rpmsg-openamp-demo-channel"u8, out RpmsgName name));
        Assert.Equal(RpmsgSendResult.Sent, link.Remote.TryAnnounce(name, 0x400, isDestroy: false));

        Assert.Equal(1, link.ToDriver.UsedIndex);
        Assert.Equal(0u, link.ToDriver.UsedHead(0));
        Assert.Equal(512u, link.ToDriver.UsedLength(0));
        Assert.Equal(
            Convert.FromHexString(
                "00040000350000000000000028000000"
                + "72706D73672D6F70656E616D702D64656D6F2D6368616E6E656C000000000000"
                + "0004000000000000"),
            link.Memory.Bytes.Slice(0x10000, 56).ToArray());
        Assert.Equal(1, link.RemoteMachine.NotifyCount);
        Assert.Equal(1u, link.RemoteMachine.LastNotifyId);
    }

    [Fact]
    public void DeviceReturnsReadBuffersWithTheirWholeLengthAndNoKick()
    {
        using Link link = new Link().ConnectBoth();
        Assert.Equal(RpmsgSendResult.Sent, link.Host.TrySend(0x400, 0x401, [1]));
        Assert.Equal(1, link.PollRemote());

        Assert.Equal(1, link.ToDevice.UsedIndex);
        Assert.Equal(0u, link.ToDevice.UsedHead(0));
        Assert.Equal(512u, link.ToDevice.UsedLength(0));
        Assert.Equal(0, link.RemoteMachine.NotifyCount);
    }

    [Fact]
    public void MessageDialectReportsWhatWasWrittenAndNothingForWhatWasRead()
    {
        using Link link = new Link(LinkShape.TwoProcess(UsedLength.Message), 0x80000, 0).ConnectBoth();
        Assert.Equal(RpmsgSendResult.Sent, link.Remote.TrySend(0x400, 0x401, [1, 2, 3]));
        Assert.Equal(RpmsgSendResult.Sent, link.Host.TrySend(0x400, 0x401, [1]));
        Assert.Equal(1, link.PollRemote());

        Assert.Equal(19u, link.ToDriver.UsedLength(0));
        Assert.Equal(0u, link.ToDevice.UsedLength(0));
    }

    [Fact]
    public void DriverPostsAReadBufferAgainAndKicksUnlessItIsAskedNotTo()
    {
        using Link link = new Link().ConnectBoth();
        Assert.Equal(RpmsgSendResult.Sent, link.Remote.TrySend(0x400, 0x401, [1]));
        Assert.Equal(1, link.PollHost());
        Assert.Equal(257, link.ToDriver.AvailIndex);
        Assert.Equal(0, link.ToDriver.AvailEntry(0));
        Assert.Equal(0, link.HostMachine.NotifyCount);

        link.ToDriver.UsedFlags = 0;
        Assert.Equal(RpmsgSendResult.Sent, link.Remote.TrySend(0x400, 0x401, [1]));
        Assert.Equal(1, link.PollHost());
        Assert.Equal(1, link.HostMachine.NotifyCount);
    }

    /// <summary>C library defect 6.1 #2: setting a link up again on the same memory freed its queues twice.</summary>
    [Fact]
    public void LinkIsSetUpAgainOverTheRemainsOfARun()
    {
        using Link link = new Link().ConnectBoth();
        for (int run = 0; run < 3; run++)
        {
            for (int i = 0; i < 300; i++)
            {
                Assert.Equal(RpmsgSendResult.Sent, link.Host.TrySend(1, 2, [1]));
                Assert.Equal(RpmsgSendResult.Sent, link.Remote.TrySend(1, 2, [1]));
                Assert.Equal(1, link.PollHost());
                Assert.Equal(1, link.PollRemote());
            }

            _ = link.ConnectBoth();
        }

        Assert.Equal(0ul, link.Host.ReceiveFaults.Total + link.Remote.ReceiveFaults.Total);
        link.AssertCanaries();
    }

    [Fact]
    public void SetUpNamesThePartThatIsWrongAndChangesNothing()
    {
        using var link = new Link();
        byte[] before = link.Memory.Bytes.ToArray();
        AssertRefused(link, static (ref l) => l.ToDriver.RingAddress = new(0x4800), RpmsgSetupResult.BadRingToDriver);
        AssertRefused(link, static (ref l) => l.ToDriver.Ring = default, RpmsgSetupResult.BadRingToDriver);
        AssertRefused(link, static (ref l) => l.ToDevice.RingAddress = new(0x7F000), RpmsgSetupResult.BadRingToDevice);
        AssertRefused(link, static (ref l) => l.ToDriver.BufferCount = 257, RpmsgSetupResult.BadPoolToDriver);
        AssertRefused(link, static (ref l) => l.ToDriver.BufferCount = 0, RpmsgSetupResult.BadPoolToDriver);
        AssertRefused(link, static (ref l) => l.ToDriver.BufferCount = -1, RpmsgSetupResult.BadPoolToDriver);
        AssertRefused(link, static (ref l) => l.ToDriver.BufferSizeBytes = 16, RpmsgSetupResult.BadPoolToDriver);
        AssertRefused(link, static (ref l) => l.ToDriver.BufferSizeBytes = 510, RpmsgSetupResult.BadPoolToDriver);
        AssertRefused(link, static (ref l) => l.ToDevice.BufferSizeBytes = 65556, RpmsgSetupResult.BadPoolToDevice);
        AssertRefused(link, static (ref l) => l.ToDevice.PoolAddress = new(0x60004), RpmsgSetupResult.BadPoolToDevice);
        AssertRefused(link, static (ref l) => l.ToDevice.PoolAddress = new(~0ul), RpmsgSetupResult.BadPoolToDevice);
        AssertRefused(link, static (ref l) => l.ToDevice.PoolAddress = new(0x30002), RpmsgSetupResult.BadPoolToDevice);
        Assert.Equal(before, link.Memory.Bytes.ToArray());
    }

    [Fact]
    public void DeviceSetUpNamesTheRingThatIsWrong()
    {
        using Link link = new Link().ConnectHost();
        RpmsgLayout layout = link.Layout;
        layout.ToDriver.RingAddress = new DeviceAddress(0x80000);
        Assert.Equal(RpmsgSetupResult.BadRingToDriver, Attach(link, layout));
        layout = link.Layout;
        layout.ToDevice.RingAddress = new DeviceAddress(0x8002);
        Assert.Equal(RpmsgSetupResult.BadRingToDevice, Attach(link, layout));
    }

    private delegate void Change(ref RpmsgLayout layout);

    private static void AssertRefused(Link link, Change change, RpmsgSetupResult expected)
    {
        RpmsgLayout layout = link.Layout;
        change(ref layout);
        using var workspace = new GuardedMemory(65536);
        RpmsgSetupResult result = RpmsgDriver.TryCreate(
            new TestPlatform(link.HostMachine), layout, workspace.Start, out _, out _);
        Assert.Equal(expected, result);
    }

    private static RpmsgSetupResult Attach(Link link, RpmsgLayout layout)
    {
        using var workspace = new GuardedMemory(65536);
        return RpmsgDevice.TryCreate(
            new TestPlatform(link.RemoteMachine), layout, workspace.Start, out _, out _);
    }
}
