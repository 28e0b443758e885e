// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <content>Requests about one ring.</content>
internal sealed partial class VhostUserConnection
{
    private const uint IndexMask = 0xFF;
    private const ulong NoDescriptor = 1 << 8;

    private void CarryForRing()
    {
        switch (_message.Request)
        {
            case VhostUserRequest.SetVringSize:
                SetVringSize(RingOf(_message.First), _message.Second);
                break;
            case VhostUserRequest.SetVringBase:
                SetVringBase(RingOf(_message.First), _message.Second);
                break;
            case VhostUserRequest.SetVringAddress:
                SetVringAddress(RingOf(_message.First), _message.Second);
                break;
            case VhostUserRequest.SetVringEnable:
                SetVringEnable(RingOf(_message.First), _message.Second);
                break;
            case VhostUserRequest.SetVringKick:
                SetVringKick(RingOfWord());
                break;
            case VhostUserRequest.SetVringCall:
                SetVringCall(RingOfWord());
                break;
            case VhostUserRequest.SetVringError:
                SetVringError(RingOfWord());
                break;
            default:
                KickByMessage(RingOf(_message.First));
                break;
        }
    }

    private VhostUserRing RingOf(uint index)
        => index < _rings.Length
            ? _rings[index]
            : throw new VhostUserException(VhostUserFault.BadQueueIndex, $"Request {_message.Request} is about queue "
                + $"{index}; the device has {_rings.Length}.");

    private VhostUserRing RingOfWord()
    {
        ulong word = _message.Word;
        if ((word & ~(IndexMask | NoDescriptor)) != 0)
        {
            throw BadValue($"bits 0x{word:x}; bits 0 to 7 are the queue, bit 8 says that no descriptor comes");
        }

        int expected = (word & NoDescriptor) == 0 ? 1 : 0;
        if (_message.DescriptorCount != expected)
        {
            throw BadDescriptorCount($"{expected}");
        }

        return RingOf((uint)(word & IndexMask));
    }

    private void SetVringSize(VhostUserRing ring, uint entryCount)
    {
        if (!QueueSize.TryCreate(entryCount, out QueueSize size))
        {
            throw BadValue($"{entryCount} entries for queue {ring.Index}; expected a power of two up to "
                + $"{QueueSize.MaxEntryCount}");
        }

        StopRing(ring);
        ring.Size = size;
    }

    private void SetVringBase(VhostUserRing ring, uint index)
    {
        if (index > ushort.MaxValue)
        {
            throw BadValue($"an index of {index} for queue {ring.Index}; a ring's index has 16 bits");
        }

        StopRing(ring);
        ring.Base = (ushort)index;
    }

    private void SetVringAddress(VhostUserRing ring, uint flags)
    {
        if (flags != 0)
        {
            throw BadValue($"flags 0x{flags:x} for queue {ring.Index}: logging of writes was not offered");
        }

        if (_memory.RegionCount == 0)
        {
            throw OutOfOrder("there is no memory yet that a ring could lie in");
        }

        ReadOnlySpan<ulong> addresses = MemoryMarshal.Cast<byte, ulong>(_message.Payload[VhostUserRule.WordBytes..]);
        VhostUserRing checkedRing = new(ring.Index)
        {
            Size = ring.Size,
            Descriptors = addresses[0],
            Used = addresses[1],
            Avail = addresses[2],
        };
        CheckPlace(checkedRing);
        StopRing(ring);
        ring.Descriptors = checkedRing.Descriptors;
        ring.Used = checkedRing.Used;
        ring.Avail = checkedRing.Avail;
        ring.HasAddresses = true;
    }

    private void CheckPlace(VhostUserRing ring)
    {
        // A ring whose size is not known yet is looked at when it starts.
        VhostUserPlatform platform = new(_memory.Regions, null);
        if (ring.Size.EntryCount != 0 && !VringParts.TryMap(ref platform, FindPlace(ring), out _))
        {
            throw BadRing(ring, "its parts are not at multiples of 16, 2 and 4 bytes");
        }
    }

    private void SetVringEnable(VhostUserRing ring, uint enable)
    {
        if (enable > 1)
        {
            throw BadValue($"{enable} for queue {ring.Index}; 0 disables, 1 enables");
        }

        if (!NeedsEnable)
        {
            throw OutOfOrder($"feature {ProtocolFeaturesBit} was not accepted, so rings are always enabled");
        }

        if (enable == 0 && ring.IsEnabled)
        {
            TakeAwayFor(ring);
            ring.WasKicked = false;
            ring.IsDue = false;
        }

        if (enable == 1 && !ring.IsEnabled && ring.Index >= _device.RequiredQueueCount)
        {
            TakeAway(); // The device learns of one queue more by beginning anew.
        }

        ring.IsEnabled = enable == 1;

        // Where kicks are messages Linux sends no SET_VRING_KICK, and its first kick when the driver is ready.
        ring.IsStarted |= ring.IsEnabled && Has(VhostUserProtocolFeatures.InBandNotifications);
    }

    private ulong GetVringBase()
    {
        VhostUserRing ring = RingOf(_message.First);
        StopRing(ring);
        ring.ReplaceKick(null);
        return _message.First | ((ulong)ring.Base << 32);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The ring owns it.")]
    private void SetVringKick(VhostUserRing ring)
    {
        SafeFileHandle? kick = null;
        if (_message.DescriptorCount == 0)
        {
            if (!Has(VhostUserProtocolFeatures.InBandNotifications))
            {
                throw new VhostUserException(VhostUserFault.BadDescriptorCount, $"Queue {ring.Index} has no kick "
                    + "descriptor, and in-band notifications were not negotiated; this back end does not poll rings.");
            }
        }
        else
        {
            _ = PassedDescriptor.PrepareNotifier(_message.PeekDescriptor, $"Request {_message.Request}");
            kick = _message.TakeDescriptor();
        }

        TakeAwayFor(ring);
        ring.ReplaceKick(kick);
        ring.IsStarted = true;
    }

    private void SetVringCall(VhostUserRing ring)
    {
        if (_message.DescriptorCount == 0)
        {
            ring.Call.SetDescriptor(null, isSocket: false);
            return;
        }

        bool isSocket = PassedDescriptor.PrepareNotifier(_message.PeekDescriptor, $"Request {_message.Request}");
        ring.Call.SetDescriptor(_message.TakeDescriptor(), isSocket);
        if (_driver is { } driver && driver.Queues[ring.Index].IsUsable)
        {
            ring.Call.Signal(); // What was told to the old descriptor may not have been seen.
        }
    }

    private void SetVringError(VhostUserRing ring)
    {
        if (_message.DescriptorCount == 1)
        {
            _ = PassedDescriptor.PrepareNotifier(_message.PeekDescriptor, $"Request {_message.Request}");
        }

        ring.ReplaceError(_message.DescriptorCount == 1 ? _message.TakeDescriptor() : null);
    }

    private void KickByMessage(VhostUserRing ring)
    {
        ring.IsStarted = true;
        NoteKick(ring.Index);
        if (IsHandedOver(ring.Index))
        {
            _driver!.Queues[ring.Index].KickMessage?.Invoke();
        }
    }

    /// <summary>Stops a ring until the next SET_VRING_KICK.</summary>
    private void StopRing(VhostUserRing ring)
    {
        TakeAwayFor(ring);
        ring.IsStarted = false;
        ring.WasKicked = false;
        ring.IsDue = false;
    }

    /// <summary>Takes the device away before something changes that it uses.</summary>
    private void TakeAwayFor(VhostUserRing ring)
    {
        if (_driver is { } driver && driver.Queues[ring.Index].EntryCount > 0)
        {
            TakeAway();
        }
    }
}
