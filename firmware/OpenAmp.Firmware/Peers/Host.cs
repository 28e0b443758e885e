// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware.Peers;

/// <summary>The host's part of a link, in firmware: drives the RPMsg device of a peer that somebody else has loaded and
/// started.</summary>
/// <remarks>
/// <para>Part of a program's memory: it must not move once it was used. Nothing allocates or blocks; the program calls
/// <see cref="Look"/> each time around and at each tick, and the rest while <see cref="IsUp"/>.</para>
/// <para>A peer that panicked, was loaded anew, asks for a reset or writes nonsense into its rings is let go of, and
/// taken again as soon as that makes sense.</para>
/// </remarks>
/// <typeparam name="TBoard">The board that runs this.</typeparam>
/// <typeparam name="TPeer">The peer.</typeparam>
public unsafe struct Host<TBoard, TPeer>
    where TBoard : struct, IBoard
    where TPeer : struct, IPeer
{
    private const int MaxEntryCount = 32;
    private const uint BufferBytes = 512;

    // Rings of 32 entries take less than 1 KiB with any alignment up to a page; each has four pages.
    private const uint RingBytes = 0x4000;

    // A peer that runs looks at its status within a tick of having been rung.
    private const uint SettleTicks = 2;
    private const VirtioStatus Driven = VirtioStatus.Acknowledge | VirtioStatus.Driver | VirtioStatus.DriverOk;

    private RpmsgTransmitter<DriverTransmitPort<PeerPlatform<TBoard, TPeer>>, PeerPlatform<TBoard, TPeer>> _transmitter;
    private RpmsgReceiver<DriverReceivePort<PeerPlatform<TBoard, TPeer>>, PeerPlatform<TBoard, TPeer>> _receiver;
#pragma warning disable CS0649 // Only its address is used.
    private Workspace _workspace;
#pragma warning restore CS0649
    private PeerVdev _vdev;
    private uint _resetTick;
    private bool _isReset;

    /// <summary>Whether the link is up: rings are there, and the peer has been told.</summary>
    public bool IsUp { get; private set; }

    /// <summary>How often the peer was taken, modulo 2^32.</summary>
    public uint LinkCount { get; private set; }

    /// <summary>Whether the name service was agreed on for this link.</summary>
    public bool HasNameService { get; private set; }

    /// <summary>What the peer got wrong so far in this link: buffers and messages that were refused, modulo 2^32.
    /// </summary>
    public readonly uint PeerFaults => unchecked(
        (uint)_transmitter.Faults.Total + (uint)_receiver.Faults.Total + _receiver.LengthsBeyondBuffer);

    /// <summary>Looks after the link: ends it when the peer is no longer there, begins it when it is.</summary>
    /// <returns>Whether <see cref="IsUp"/> changed.</returns>
    public bool Look()
    {
        // SAFETY: the peer's image window is memory of both, wherever its firmware has its table.
        bool isLoaded = PeerVdev.TryFind((byte*)TPeer.TableAddress, out PeerVdev vdev);
        VirtioStatus status = isLoaded ? vdev.Status : VirtioStatus.None;
        if (IsUp)
        {
            bool isSound = status == Driven && !TPeer.HasPanicked && !_transmitter.IsBroken && !_receiver.IsBroken;
            IsUp = isSound;
            return !isSound;
        }

        if (!isLoaded)
        {
            _isReset = false;
            return false;
        }

        if (TPeer.HasPanicked)
        {
            // It is dead until somebody loads it anew, and then the status is not what this side wrote.
            if ((status & VirtioStatus.DriverOk) == 0)
            {
                TPeer.Forgive();
            }

            return false;
        }

        if (!_isReset)
        {
            vdev.Status = VirtioStatus.None;
            TPeer.Ring(0);
            _resetTick = TBoard.Ticks;
            _isReset = true;
            return false;
        }

        if (unchecked(TBoard.Ticks - _resetTick) < SettleTicks)
        {
            return false;
        }

        _isReset = false;
        _vdev = vdev;
        IsUp = TryTake();
        return IsUp;
    }

    /// <summary>Takes the next message of the peer's.</summary>
    /// <param name="message">The message. When it <see cref="RpmsgDelivery.HoldsBuffer"/>, as a refused one may, it
    /// goes to <see cref="Release"/> once.</param>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RpmsgReceiveResult TryReceive(out RpmsgDelivery message) => _receiver.TryReceive(out message);

    /// <summary>Gives a message's buffer back to the peer.</summary>
    /// <param name="message">A message that was taken in this link.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Release(in RpmsgDelivery message)
    {
        _ = _receiver.GiveBack(message.Buffer);
        _receiver.Flush();
    }

    /// <summary>Sends the peer a message if there is a buffer for it.</summary>
    /// <param name="source">Address of the sender.</param>
    /// <param name="destination">Address of the peer's endpoint.</param>
    /// <param name="payload">The message.</param>
    /// <returns>What came of it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload)
    {
        RpmsgSendResult result = _transmitter.TrySend(source, destination, payload);
        _transmitter.Flush();
        return result;
    }

    /// <summary>Asks the peer to ring for what the program waits for, before it sleeps; or not to, when it is awake.
    /// </summary>
    /// <param name="message">Whether for a message.</param>
    /// <param name="buffer">Whether for a buffer that is free to be sent.</param>
    /// <returns>Whether there is one already: do not sleep.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool AskForKicks(bool message, bool buffer)
    {
        bool hasMessage = _receiver.Port.SetNotifications(message);
        bool hasBuffer = _transmitter.Port.SetNotifications(buffer);
        return (message && hasMessage) || (buffer && hasBuffer);
    }

    /// <summary>Lets go of the peer: it sees its link end.</summary>
    public void End()
    {
        if (IsUp)
        {
            IsUp = false;
            _vdev.Status = VirtioStatus.None;
            TPeer.Ring(0);
        }
    }

    private bool TryTake()
    {
        RpmsgLayout layout = default;
        if (!_vdev.TryReadRing(0, ref layout.ToDriver)
            || !_vdev.TryReadRing(1, ref layout.ToDevice)
            || layout.ToDriver.Ring.Size.EntryCount > MaxEntryCount
            || layout.ToDevice.Ring.Size.EntryCount > MaxEntryCount)
        {
            return false;
        }

        Place(ref layout.ToDriver, 0);
        Place(ref layout.ToDevice, 1);
        if (RpmsgDriver.WorkspaceBytes(layout) > (nuint)sizeof(Workspace))
        {
            return false;
        }

        // SAFETY: a program's memory is static, and so is what is part of it.
        var workspace = (byte*)Unsafe.AsPointer(ref _workspace);
        PeerPlatform<TBoard, TPeer> platform = default;
        RpmsgSetupResult result = RpmsgDriver.TryCreate(
            platform, layout, workspace, out var transmit, out var receive);
        if (result != RpmsgSetupResult.Ok)
        {
            return false;
        }

        _transmitter = new(default, transmit);
        _receiver = new(default, receive);
        VirtioFeatures accepted = _vdev.Offered.And(new VirtioFeatures(1UL << VirtioFeatures.RpmsgNameService));
        HasNameService = accepted.Has(VirtioFeatures.RpmsgNameService);
        _vdev.WriteRing(0, (uint)layout.ToDriver.RingAddress.Value);
        _vdev.WriteRing(1, (uint)layout.ToDevice.RingAddress.Value);
        _vdev.Accept(accepted);
        _vdev.Status = Driven;
        TPeer.Ring(0);
        LinkCount++;
        return true;
    }

    /// <summary>Rings first, then the buffers of both directions, as many as a ring has entries.</summary>
    private static void Place(ref RpmsgDirection direction, uint index)
    {
        nuint pool = TPeer.PoolStart;
        direction.RingAddress = new DeviceAddress(pool + (RingBytes * index));
        direction.PoolAddress = new DeviceAddress(pool + (RingBytes * 2) + (BufferBytes * MaxEntryCount * index));
        direction.BufferSizeBytes = BufferBytes;
        direction.BufferCount = direction.Ring.Size.EntryCount;
    }

    /// <summary>The driver's own books, for two rings of the longest that is taken.</summary>
    [InlineArray(160)]
    private struct Workspace
    {
        private ulong _first;
    }
}
