// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>Front ends that break one rule each: refused when they ask for answers, sent away when they do not, and the
/// next one is served.</summary>
public sealed class VhostUserHostileTests
{
    private const ulong Features = 1 | (1UL << 32) | FrontEnd.ProtocolFeaturesBit;
    private const uint Entries = FrontEndRings.EntryCount;
    private const ulong Base = FrontEnd.UserAddress;

    private const VhostUserProtocolFeatures Protocol = VhostUserProtocolFeatures.ReplyAck
        | VhostUserProtocolFeatures.MemorySlots | VhostUserProtocolFeatures.BackEndRequests;

    /// <summary>Breakages by name: the rule, the request, its words, and how many descriptors of which kind.</summary>
    private static readonly Dictionary<string, Breakage> Breakages = new()
    {
        ["a request that nobody knows"] = new(VhostUserFault.UnknownRequest, (Request)77, []),
        ["logging, which was not offered"] = new(VhostUserFault.UnknownRequest, Request.SetLogBase, [0, 0]),
        ["a request of a feature that was not negotiated"] =
            new(VhostUserFault.UnknownRequest, Request.GetQueueNum, []),
        ["an in-band kick that was not negotiated"] = new(VhostUserFault.UnknownRequest, Request.VringKick, [0]),
        ["features that were not offered"] = new(VhostUserFault.BadFeatures, Request.SetFeatures, [1UL << 34]),
        ["protocol features that were not offered"] =
            new(VhostUserFault.BadFeatures, Request.SetProtocolFeatures, [1UL << 40]),
        ["a table of no regions"] = new(VhostUserFault.BadValue, Request.SetMemTable, [0]),
        ["a table of 9 regions"] = new(VhostUserFault.BadValue, Request.SetMemTable, [9, .. FrontEnd.Region()]),
        ["a table shorter than it says"] =
            new(VhostUserFault.BadValue, Request.SetMemTable, [2, .. FrontEnd.Region()], 2),
        ["a region without its file"] =
            new(VhostUserFault.BadDescriptorCount, Request.SetMemTable, [1, .. FrontEnd.Region()]),
        ["a region with two files"] =
            new(VhostUserFault.BadDescriptorCount, Request.SetMemTable, [1, .. FrontEnd.Region()], 2),
        ["an empty region"] = Table(FrontEnd.Region(size: 0)),
        ["a region beyond the end of its file"] = Table(FrontEnd.Region(size: FrontEnd.MemoryBytes + 4096)),
        ["a region that begins beyond its file"] = Table(FrontEnd.Region(offset: FrontEnd.MemoryBytes)),
        ["a region whose offset and size wrap"] =
            Table(FrontEnd.Region(size: ulong.MaxValue - 4095, offset: 8192)),
        ["a region that wraps in the guest"] = Table(FrontEnd.Region(guest: ulong.MaxValue - 4095)),
        ["a region that wraps in the front end"] = Table(FrontEnd.Region(user: ulong.MaxValue - 4095)),
        ["regions that overlap in the guest"] = new(VhostUserFault.BadMemory, Request.SetMemTable,
            [2, .. FrontEnd.Region(), .. FrontEnd.Region(guest: FrontEnd.GuestAddress + 4096, user: 0)], 2),
        ["regions that overlap in the front end"] = new(VhostUserFault.BadMemory, Request.SetMemTable,
            [2, .. FrontEnd.Region(), .. FrontEnd.Region(guest: 0, user: Base + FrontEnd.MemoryBytes - 1)], 2),
        ["memory that is an eventfd"] =
            new(VhostUserFault.BadDescriptor, Request.SetMemTable, [1, .. FrontEnd.Region()], 1,
                DescriptorKind.EventFd),
        ["memory that is a socket"] =
            new(VhostUserFault.BadDescriptor, Request.SetMemTable, [1, .. FrontEnd.Region()], 1, DescriptorKind.Socket),
        ["memory that cannot be written"] =
            new(VhostUserFault.BadMemory, Request.SetMemTable, [1, .. FrontEnd.Region(size: 4096)], 1,
                DescriptorKind.ReadOnlyFile),
        ["a slot that overlaps"] = new(VhostUserFault.BadMemory, Request.AddMemReg, [0, .. FrontEnd.Region()], 1),
        ["a slot without its file"] =
            new(VhostUserFault.BadDescriptorCount, Request.AddMemReg, [0, .. FrontEnd.Region()]),
        ["a slot removed that is not there"] =
            new(VhostUserFault.BadMemory, Request.RemMemReg, [0, .. FrontEnd.Region(guest: 1)]),
        ["a ring of no entries"] = new(VhostUserFault.BadValue, Request.SetVringNum, [FrontEnd.Pair(0, 0)]),
        ["a ring of 48 entries"] = new(VhostUserFault.BadValue, Request.SetVringNum, [FrontEnd.Pair(0, 48)]),
        ["a ring of 65536 entries"] = new(VhostUserFault.BadValue, Request.SetVringNum, [FrontEnd.Pair(0, 65536)]),
        ["a size for a queue that is not there"] =
            new(VhostUserFault.BadQueueIndex, Request.SetVringNum, [FrontEnd.Pair(2, Entries)]),
        ["an index of 17 bits"] = new(VhostUserFault.BadValue, Request.SetVringBase, [FrontEnd.Pair(0, 65536)]),
        ["a ring that does not begin at 16"] = Ring(Base + 8, Base + 0x1000, Base + 0x2000),
        ["an available ring at an odd address"] = Ring(Base, Base + 0x1001, Base + 0x2000),
        ["a used ring that does not begin at 4"] = Ring(Base, Base + 0x1000, Base + 0x2002),
        ["descriptors outside the memory"] = Ring(Base - 16, Base + 0x1000, Base + 0x2000),
        ["an available ring that ends outside"] = Ring(Base, Base + FrontEnd.MemoryBytes - 2, Base + 0x2000),
        ["a used ring outside"] = Ring(Base, Base + 0x1000, Base + FrontEnd.MemoryBytes),
        ["a used ring that wraps"] = Ring(Base, Base + 0x1000, ulong.MaxValue - 3),
        ["a ring with logging"] = new(VhostUserFault.BadValue, Request.SetVringAddr,
            [FrontEnd.Pair(0, 1), Base, Base + 0x2000, Base + 0x1000, 0]),
        ["enabled by 2"] = new(VhostUserFault.BadValue, Request.SetVringEnable, [FrontEnd.Pair(0, 2)]),
        ["a queue enabled that is not there"] =
            new(VhostUserFault.BadQueueIndex, Request.SetVringEnable, [FrontEnd.Pair(7, 1)]),
        ["a kick for a queue that is not there"] =
            new(VhostUserFault.BadQueueIndex, Request.SetVringKick, [9], 1, DescriptorKind.EventFd),
        ["a kick without a descriptor"] = new(VhostUserFault.BadDescriptorCount, Request.SetVringKick, [0]),
        ["a kick that is to be polled"] =
            new(VhostUserFault.BadDescriptorCount, Request.SetVringKick, [FrontEnd.NoDescriptor]),
        ["a kick with a descriptor and the word that none comes"] = new(VhostUserFault.BadDescriptorCount,
            Request.SetVringKick, [FrontEnd.NoDescriptor], 1, DescriptorKind.EventFd),
        ["a kick that is a file"] = new(VhostUserFault.BadDescriptor, Request.SetVringKick, [0], 1),
        ["a kick that is readable for ever"] =
            new(VhostUserFault.BadDescriptor, Request.SetVringKick, [0], 1, DescriptorKind.Zeros),
        ["a call that is a file"] = new(VhostUserFault.BadDescriptor, Request.SetVringCall, [0], 1),
        ["a call with bits that mean nothing"] =
            new(VhostUserFault.BadValue, Request.SetVringCall, [0x1200], 1, DescriptorKind.EventFd),
        ["an error descriptor that is a file"] = new(VhostUserFault.BadDescriptor, Request.SetVringErr, [0], 1),
        ["a back end's socket that is none"] =
            new(VhostUserFault.BadDescriptor, Request.SetBackendReqFd, [], 1, DescriptorKind.EventFd),
        ["no back end's socket"] = new(VhostUserFault.BadDescriptorCount, Request.SetBackendReqFd, []),
        ["a descriptor where none belongs"] = new(VhostUserFault.BadDescriptorCount, Request.SetOwner, [], 1),
    };

    public static TheoryData<string> Names => [.. Breakages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task WhoAsksForAnswersIsRefusedAndMayGoOn(string breakage)
    {
        Breakage broken = Breakages[breakage];
        int before = MeetingPlace.SettledDescriptors;
        await using (BackEnd backEnd = new())
        {
            using FrontEnd frontEnd = Ready(backEnd);
            SafeHandle[] handles = broken.Open(frontEnd);
            Assert.False(frontEnd.IsAccepted(broken.Request, broken.Words, handles));
            broken.Close(handles);
            Assert.Equal(broken.Fault, Assert.Single(backEnd.Refusals).Fault);

            // Nothing changed: the front end can still do it right.
            await ServesAsync(backEnd, frontEnd);
        }

        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task WhoAsksForNoAnswersIsSentAwayAndTheNextIsServed(string breakage)
    {
        Breakage broken = Breakages[breakage];
        int before = MeetingPlace.SettledDescriptors;
        await using (BackEnd backEnd = new())
        {
            using (FrontEnd frontEnd = Ready(backEnd))
            {
                SafeHandle[] handles = broken.Open(frontEnd);
                frontEnd.Tell(broken.Request, broken.Words, handles);
                Assert.True(frontEnd.IsSentAway());
                broken.Close(handles);
            }

            Assert.Equal(broken.Fault, (await backEnd.NextLeftAsync())?.Fault);
            using FrontEnd next = Ready(backEnd);
            await ServesAsync(backEnd, next);
        }

        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Theory]
    [InlineData(VhostUserFault.BadHeader, Request.GetFeatures, 2u, 0u)]
    [InlineData(VhostUserFault.BadHeader, Request.GetFeatures, 0u, 0u)]
    [InlineData(VhostUserFault.BadHeader, Request.GetFeatures, 5u, 0u)]
    [InlineData(VhostUserFault.BadHeader, Request.GetFeatures, 0x8001u, 0u)]
    [InlineData(VhostUserFault.BadSize, Request.GetFeatures, 1u, 269u)]
    [InlineData(VhostUserFault.BadSize, Request.GetFeatures, 1u, uint.MaxValue)]
    [InlineData(VhostUserFault.BadSize, Request.GetFeatures, 1u, 4u)]
    [InlineData(VhostUserFault.BadSize, Request.SetFeatures, 9u, 4u)]
    [InlineData(VhostUserFault.BadSize, Request.SetVringAddr, 9u, 39u)]
    [InlineData(VhostUserFault.BadSize, Request.SetMemTable, 9u, 7u)]
    public async Task AMessageOfAWrongShapeEndsTheConnection(object fault, object request, uint flags, uint size)
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = Ready(backEnd);
        uint[] message = new uint[3 + (Math.Min(size, 512) / 4)];
        (message[0], message[1], message[2]) = ((uint)(Request)request, flags, size);
        int length = 12 + (int)Math.Min(size, 512);
        byte[] bytes = new byte[length];
        MemoryMarshal.AsBytes(message.AsSpan())[..Math.Min(length, message.Length * 4)].CopyTo(bytes);
        frontEnd.SendRaw(bytes);
        Assert.True(frontEnd.IsSentAway());
        Assert.Equal((VhostUserFault)fault, (await backEnd.NextLeftAsync())?.Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(19)]
    public async Task AConnectionThatEndsInsideAMessageIsReported(int bytes)
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = Ready(backEnd);
        frontEnd.SendRaw(MemoryMarshal.AsBytes<uint>([(uint)Request.SetFeatures, 1, 8, 0, 0])[..bytes]);
        frontEnd.Leave();
        Assert.Equal(VhostUserFault.ConnectionLost, (await backEnd.NextLeftAsync())?.Fault);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(14)]
    public async Task SilenceInsideAMessageOrAtTheBeginningIsNotWaitedForForEver(int bytes)
    {
        await using BackEnd backEnd = new(silenceTimeout: TimeSpan.FromMilliseconds(100));
        using FrontEnd frontEnd = backEnd.Connect();
        if (bytes > 0)
        {
            frontEnd.SendRaw(MemoryMarshal.AsBytes<uint>([(uint)Request.SetFeatures, 1, 8, 0, 0])[..bytes]);
        }

        Assert.True(frontEnd.IsSentAway());
        Assert.Equal(VhostUserFault.Silence, (await backEnd.NextLeftAsync())?.Fault);
    }

    [Fact]
    public async Task MoreDescriptorsThanAnyMessageHasEndTheConnectionAndAreClosed()
    {
        int before = MeetingPlace.SettledDescriptors;
        await using (BackEnd backEnd = new())
        {
            using FrontEnd frontEnd = Ready(backEnd);
            SafeHandle[] handles = [.. Enumerable.Repeat<SafeHandle>(frontEnd.Memory.Handle, 100)];
            frontEnd.Tell(Request.SetMemTable, [1, .. FrontEnd.Region()], handles);
            Assert.True(frontEnd.IsSentAway());
            Assert.Equal(VhostUserFault.BadDescriptorCount, (await backEnd.NextLeftAsync())?.Fault);
        }

        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public async Task ARingBeforeTheMemoryIsRefused()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        frontEnd.Negotiate(Features, Protocol);
        Assert.False(frontEnd.IsAccepted(Request.SetVringAddr, FrontEndRings.AddressWords(0)));
        Assert.Equal(VhostUserFault.OutOfOrder, Assert.Single(backEnd.Refusals).Fault);
    }

    [Fact]
    public async Task EnableIsRefusedWhereRingsAreAlwaysEnabled()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = backEnd.Connect();
        frontEnd.Negotiate(1, Protocol);
        Assert.False(frontEnd.IsAccepted(Request.SetVringEnable, [FrontEnd.Pair(0, 1)]));
        Assert.Equal(VhostUserFault.OutOfOrder, Assert.Single(backEnd.Refusals).Fault);
    }

    [Fact]
    public async Task MemoryThatNoLongerHoldsTheRunningRingsEndsTheConnection()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = Ready(backEnd);
        using FrontEndRings rings = new(frontEnd);
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        frontEnd.Tell(Request.SetMemTable, [1, .. FrontEnd.Region(user: 0x1000)], frontEnd.Memory.Handle);
        Assert.True(frontEnd.IsSentAway());
        Assert.Equal(VhostUserFault.BadRing, (await backEnd.NextLeftAsync())?.Fault);
        Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
    }

    [Fact]
    public async Task ADriverWhoseIndexJumpsIsSentAwayAndToldSo()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = Ready(backEnd);
        using FrontEndRings rings = new(frontEnd);
        using EventFd error = new();
        frontEnd.Tell(Request.SetVringErr, [1], error.Handle);
        rings.Bind();
        rings.Kick(0);
        await using RpmsgLink device = await backEnd.AcceptAsync();
        RpmsgDirection ring = FrontEndRings.Direction(1);
        int availIndex = (int)(ring.RingAddress.Value - FrontEnd.GuestAddress + ring.Ring.AvailOffsetBytes + 2);
        MemoryMarshal.Write(Bytes.Of(frontEnd.Memory.Region)[availIndex..], (ushort)(Entries + 1));
        rings.Kick(1);
        Assert.True(frontEnd.IsSentAway());
        Assert.Equal(VhostUserFault.BrokenRing, (await backEnd.NextLeftAsync())?.Fault);
        Assert.Equal(RpmsgCloseReason.PeerBroken, await device.Completion);
        Assert.True(error.Wait(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task AKickDescriptorWhoseOtherEndIsClosedEndsTheConnection()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = Ready(backEnd);
        (SafeHandle own, SafeHandle passed) = Sockets.Pair();
        frontEnd.Tell(Request.SetVringKick, [0], passed);
        passed.Dispose();
        own.Dispose();
        Assert.True(frontEnd.IsSentAway());
        Assert.Equal(VhostUserFault.BadDescriptor, (await backEnd.NextLeftAsync())?.Fault);
    }

    [Fact]
    public async Task MemoryIsSealedAgainstShrinkingAndWhatCannotBeIsRefusedOnDemand()
    {
        await using BackEnd backEnd = new(requireSeals: true);
        using FrontEnd frontEnd = backEnd.Connect();
        frontEnd.Negotiate(Features, Protocol);
        frontEnd.ShareMemory();
        string path = Path.GetTempFileName();
        using (FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1,
            FileOptions.DeleteOnClose))
        {
            file.SetLength((long)FrontEnd.MemoryBytes);
            Assert.False(frontEnd.IsAccepted(
                Request.SetMemTable, [1, .. FrontEnd.Region()], file.SafeFileHandle));
        }

        Assert.Equal(VhostUserFault.BadMemory, Assert.Single(backEnd.Refusals).Fault);
    }

    [Fact]
    public async Task WhoOnlyEverBreaksRulesIsSentAwayInTheEnd()
    {
        await using BackEnd backEnd = new();
        using FrontEnd frontEnd = Ready(backEnd);
        for (int count = 0; count < 100; count++)
        {
            try
            {
                frontEnd.Send((Request)99, [], FrontEnd.Version | FrontEnd.NeedReply);
            }
            catch (IOException)
            {
                break; // Sent away already.
            }
        }

        Assert.True(frontEnd.IsSentAway());
        Assert.Equal(VhostUserFault.UnknownRequest, (await backEnd.NextLeftAsync())?.Fault);
        Assert.InRange(backEnd.Refusals.Length, 1, 64);
    }

    private static FrontEnd Ready(BackEnd backEnd)
    {
        FrontEnd frontEnd = backEnd.Connect();
        frontEnd.Negotiate(Features, Protocol);
        frontEnd.ShareMemory();
        return frontEnd;
    }

    private static async Task ServesAsync(BackEnd backEnd, FrontEnd frontEnd)
    {
        using FrontEndRings rings = new(frontEnd);
        rings.Bind();
        await using RpmsgLink driver = rings.StartDriver();
        await using RpmsgLink device = await backEnd.AcceptAsync();
        await BackEnd.EchoAsync(driver, 2);
    }

    private static Breakage Table(ulong[] region)
        => new(VhostUserFault.BadMemory, Request.SetMemTable, [1, .. region], 1);

    // A size comes before: what lies outside cannot be told without it.
    private static Breakage Ring(ulong descriptors, ulong avail, ulong used)
        => new(VhostUserFault.BadRing, Request.SetVringAddr, [0, descriptors, used, avail, 0]) { NeedsSize = true };
}
