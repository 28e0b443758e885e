// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>One front end, from its connection to its end: reads its requests, watches its kicks, and starts and stops
/// the device.</summary>
/// <remarks>
/// <para>All on one thread, one thing at a time: a request, then a turn for each queue that was kicked. Kicks that come
/// before the rings are complete are kept until they are.</para>
/// <para>A change to what a running device stands on takes the device away first, and gives it back when all is
/// complete again.</para>
/// </remarks>
internal sealed partial class VhostUserConnection : IDisposable
{
    private const int SocketSlot = 0;
    private const int WakeSlot = 1;
    private const int BackEndSlot = 2;
    private const int FirstKickSlot = 3;

    // A front end that goes on after so many refusals is only filling the log.
    private const int MaxRefusals = 64;

    private readonly SafeFileHandle _socket;
    private readonly VhostUserDevice _device;
    private readonly VhostUserServerOptions _options;
    private readonly EventFd _wake;
    private readonly Func<bool> _isStopped;
    private readonly Action<VhostUserException> _report;
    private readonly VhostUserRing[] _rings;
    private readonly VhostUserMessage _message = new();
    private readonly VhostUserBackEndSocket _backEnd;
    private VhostUserMemory _memory = VhostUserMemory.None;
    private VhostUserDriver? _driver;
    private VhostUserException? _failure;
    private int _refusals;
    private bool _hasSpoken;

    // Whether the last look found the socket readable.
    private bool _isReadable;

    internal VhostUserConnection(
        SafeFileHandle socket,
        VhostUserDevice device,
        VhostUserServerOptions options,
        EventFd wake,
        Func<bool> isStopped,
        Action<VhostUserException> report)
    {
        _socket = socket;
        _device = device;
        _options = options;
        _wake = wake;
        _isStopped = isStopped;
        _report = report;
        _backEnd = new VhostUserBackEndSocket(wake, device.QueueCount);
        _rings = new VhostUserRing[device.QueueCount];
        for (int index = 0; index < _rings.Length; index++)
        {
            _rings[index] = new VhostUserRing(index);
        }
    }

    /// <summary>Serves the front end until it leaves, breaks a rule, or the server stops.</summary>
    /// <returns>The rule that was broken; <see langword="null"/> for the other ends.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails costs one connection, never the server.")]
    internal VhostUserException? Run()
    {
        VhostUserException? fault = null;
        try
        {
            Serve();
        }
        catch (VhostUserException exception)
        {
            fault = exception;
        }
        catch (TimeoutException exception)
        {
            fault = new VhostUserException(VhostUserFault.Silence, "The front end takes no replies.", exception);
        }
        catch (IOException exception)
        {
            fault = new VhostUserException("The connection to the front end was lost.", exception);
        }
        catch (Exception exception)
        {
            fault = new VhostUserException($"The back end itself failed: {exception.Message}", exception);
        }

        fault = End() ?? fault;
        if (fault?.Fault == VhostUserFault.BrokenRing)
        {
            Array.ForEach(_rings, static ring => ring.SignalError());
        }

        return fault;
    }

    public void Dispose()
    {
        _message.Dispose();
        _backEnd.Dispose();
        Array.ForEach(_rings, static ring => ring.Dispose());
        _memory.Dispose();
        _socket.Dispose();
    }

    /// <summary>Tells the front end that the configuration space changed, if it wants to know. Any thread.</summary>
    internal void SendConfigurationChange()
    {
        const VhostUserProtocolFeatures Needed =
            VhostUserProtocolFeatures.Configuration | VhostUserProtocolFeatures.BackEndRequests;
        if ((_protocolFeatures & Needed) == Needed)
        {
            _backEnd.SendConfigurationChange();
        }
    }

    private void Serve()
    {
        long start = Stopwatch.GetTimestamp();
        while (!_isStopped())
        {
            TimeSpan limit = Timeout.InfiniteTimeSpan;
            if (Array.Exists(_rings, static ring => ring.IsDue) && _driver is not null)
            {
                limit = TimeSpan.Zero;
            }
            else if (!_hasSpoken)
            {
                limit = _options.SilenceTimeout - Stopwatch.GetElapsedTime(start);
                if (limit <= TimeSpan.Zero)
                {
                    throw new VhostUserException(VhostUserFault.Silence,
                        $"The front end said nothing for {_options.SilenceTimeout} after it connected.");
                }
            }

            if (!TryServeOnce(limit))
            {
                return;
            }
        }
    }

    /// <summary>Waits, then handles at most one request, and gives each kicked queue one turn.</summary>
    private bool TryServeOnce(TimeSpan limit)
    {
        if (!Look(limit))
        {
            return true;
        }

        if (_failure is { } failure)
        {
            throw failure;
        }

        if (_isReadable)
        {
            if (!_message.TryRead(_socket, _options.SilenceTimeout))
            {
                return false;
            }

            _hasSpoken = true;
            Handle();
            _message.Dispose();
        }

        Settle();
        GiveTurns();
        return true;
    }

    /// <summary>Waits for anything to happen, and notes kicks.</summary>
    private unsafe bool Look(TimeSpan limit)
    {
        PollDescriptor* poll = stackalloc PollDescriptor[FirstKickSlot + _rings.Length];
        poll[SocketSlot] = new() { Descriptor = Number(_socket), Events = Interop.POLLIN };
        poll[WakeSlot] = new() { Descriptor = Number(_wake.Handle), Events = Interop.POLLIN };
        poll[BackEndSlot] = new() { Descriptor = _backEnd.DescriptorToAwait, Events = Interop.POLLOUT };
        for (int index = 0; index < _rings.Length; index++)
        {
            // One below zero is looked past.
            bool isWatched = _rings[index].Kick is not null && !IsHandedOver(index);
            poll[FirstKickSlot + index] = new()
            {
                Descriptor = isWatched ? Number(_rings[index].Kick!) : -1,
                Events = Interop.POLLIN,
            };
        }

        _isReadable = false;
        bool happened = DescriptorPoll.Wait(poll, FirstKickSlot + _rings.Length, limit) > 0;
        if (poll[WakeSlot].Returned != 0)
        {
            _ = EventFd.TakeCount(poll[WakeSlot].Descriptor);
        }

        if (poll[BackEndSlot].Returned != 0)
        {
            _backEnd.SendPending();
        }

        _isReadable = poll[SocketSlot].Returned != 0;
        for (int index = 0; index < _rings.Length; index++)
        {
            if (poll[FirstKickSlot + index].Returned != 0)
            {
                TakeKick(index);
            }
        }

        return happened || limit == TimeSpan.Zero;
    }

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private bool IsHandedOver(int index) => _driver is { } driver && driver.Queues[index].IsHandedOver;

    private void TakeKick(int index)
    {
        if (!KickDescriptor.TryTake(Number(_rings[index].Kick!)))
        {
            throw new VhostUserException(VhostUserFault.BadDescriptor, $"The kick descriptor of queue {index} cannot "
                + "be read any more: the front end closed its end. Keep it open until GET_VRING_BASE.");
        }

        NoteKick(index);
    }

    private void NoteKick(int index)
    {
        _rings[index].WasKicked = true;
        _rings[index].IsDue = true;
        if (_driver is { } driver)
        {
            driver.Queues[index].WasKicked = true;
        }
    }

    /// <summary>Starts the device when all that it needs is there.</summary>
    private void Settle()
    {
        if (_driver is not null || !IsComplete())
        {
            return;
        }

        VhostUserQueue[] queues = Array.ConvertAll(_rings, OpenQueue);
        _driver = new VhostUserDriver(_features, queues, _memory, Fail) { IsReadinessKnown = HasStatus };
        CallDevice(static (device, driver) => device.OnReady(driver), _driver);
        foreach (VhostUserQueue queue in queues)
        {
            _rings[queue.Index].IsDue |= queue.WasKicked || queue.HasAvailable();
        }
    }

    private bool IsComplete()
    {
        for (int index = 0; index < _device.RequiredQueueCount; index++)
        {
            if (!_rings[index].IsRunnable(NeedsEnable))
            {
                return false;
            }
        }

        return _memory.RegionCount > 0 && (!HasStatus || (_status & (byte)VirtioStatus.DriverOk) != 0);
    }

    private unsafe VhostUserQueue OpenQueue(VhostUserRing ring)
    {
        if (!ring.IsRunnable(NeedsEnable))
        {
            return new VhostUserQueue(ring.Index);
        }

        VringPlace place = FindPlace(ring);
        VhostUserPlatform platform = new(_memory.Regions, ring.Call);
        if (!VringParts.TryMap(ref platform, place, out VringParts parts))
        {
            throw BadRing(ring, "its parts are not at multiples of 16, 2 and 4 bytes");
        }

        // The protocol hands over one index only. The other is what the last device of this ring wrote, or 0.
        place.UsedIndex = parts.Used->Index.ReadAcquire();
        _ = VringParts.TryMap(ref platform, place, out parts);
        return new VhostUserQueue(ring.Index, platform, parts, _features.Has(VirtioFeatures.RingEventIdx), ring.Call,
            Fail)
        {
            WasKicked = ring.WasKicked,
            KickDescriptor = ring.Kick,
        };
    }

    private VringPlace FindPlace(VhostUserRing ring)
    {
        bool isInside = _memory.TryFindGuestAddress(ring.Descriptors, VringParts.DescriptorBytes(ring.Size),
            out DeviceAddress descriptors);
        isInside &= _memory.TryFindGuestAddress(ring.Avail, VringParts.AvailBytes(ring.Size), out DeviceAddress avail);
        isInside &= _memory.TryFindGuestAddress(ring.Used, VringParts.UsedBytes(ring.Size), out DeviceAddress used);
        return isInside
            ? new VringPlace
            {
                Size = ring.Size,
                Descriptors = descriptors,
                Avail = avail,
                Used = used,
                AvailIndex = ring.Base,
                NotifyId = (uint)ring.Index,
            }
            : throw BadRing(ring, $"it does not lie within one of the {_memory.RegionCount} memory regions");
    }

    private static VhostUserException BadRing(VhostUserRing ring, string what)
        => new(VhostUserFault.BadRing, $"Ring {ring.Index} of {ring.Size.EntryCount} entries (front end addresses: "
            + $"descriptors 0x{ring.Descriptors:x}, available 0x{ring.Avail:x}, used 0x{ring.Used:x}): {what}.");

    private void GiveTurns()
    {
        for (int index = 0; index < _rings.Length && _driver is not null; index++)
        {
            if (!_rings[index].IsDue)
            {
                continue;
            }

            _rings[index].IsDue = false;
            VhostUserQueue queue = _driver.Queues[index];
            if (queue.IsHandedOver || !queue.IsUsable)
            {
                continue;
            }

            queue.BeginTurn();
            CallDevice(static (device, queue) => device.OnKicked(queue), queue);
            _rings[index].IsDue = queue.EndTurn();
        }
    }

    /// <summary>Takes the device away if it runs. Afterwards nobody touches the guest's memory.</summary>
    private void TakeAway()
    {
        if (_driver is not { } driver)
        {
            return;
        }

        _driver = null;
        foreach (VhostUserQueue queue in driver.Queues)
        {
            if (!queue.IsHandedOver)
            {
                _rings[queue.Index].Base = queue.Stop();
            }
        }

        try
        {
            CallDevice(static (device, driver) => device.OnTakenAway(driver), driver);
        }
        finally
        {
            foreach (VhostUserQueue queue in driver.Queues)
            {
                _rings[queue.Index].Base = queue.Stop();
            }
        }
    }

    /// <summary>As <see cref="TakeAway"/>, at the end of the connection.</summary>
    private VhostUserException? End()
    {
        try
        {
            TakeAway();
            return null;
        }
        catch (VhostUserException exception)
        {
            return exception;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a device throws ends the connection, never more.")]
    private void CallDevice<T>(Action<VhostUserDevice, T> action, T argument)
    {
        try
        {
            action(_device, argument);
        }
        catch (Exception exception)
        {
            throw new VhostUserException(VhostUserFault.DeviceFailed,
                $"Device '{_device.Name}' threw: {exception.Message}", exception);
        }
    }

    /// <summary>Ends the connection from any thread.</summary>
    private void Fail(VhostUserException fault)
    {
        if (Interlocked.CompareExchange(ref _failure, fault, null) is not null)
        {
            return;
        }

        try
        {
            _wake.Signal();
        }
        catch (ObjectDisposedException)
        {
            // The server ended meanwhile, and the connection with it.
        }
    }
}
