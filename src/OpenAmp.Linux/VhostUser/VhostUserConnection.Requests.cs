// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <content>Requests about the device as a whole.</content>
internal sealed partial class VhostUserConnection
{
    /// <summary>Says that the protocol features exist at all (VHOST_USER_F_PROTOCOL_FEATURES).</summary>
    private const int ProtocolFeaturesBit = 30;

    // As many as Linux's own vhost takes unless told otherwise.
    private const ulong MaxMemorySlots = 64;

    private VirtioFeatures _features;
    private VhostUserProtocolFeatures _protocolFeatures;
    private byte _status;

    /// <summary>Without the protocol features a ring is enabled from its first moment.</summary>
    private bool NeedsEnable => _features.Has(ProtocolFeaturesBit);

    private bool HasStatus => Has(VhostUserProtocolFeatures.Status);

    private VirtioFeatures OfferedFeatures => _device.Features.With(ProtocolFeaturesBit);

    private VhostUserProtocolFeatures OfferedProtocolFeatures
        => _options.ProtocolFeatures
            & ~(_device.ConfigurationBytes > 0
                ? VhostUserProtocolFeatures.None
                : VhostUserProtocolFeatures.Configuration);

    private bool Has(VhostUserProtocolFeatures feature) => (_protocolFeatures & feature) != 0;

    /// <summary>Carries out a request, and answers it when it asks for that. One that is refused changes
    /// nothing.</summary>
    private void Handle()
    {
        // Not only once it is negotiated: Linux asks already in the request that negotiates it, and waits.
        bool wantsReply = _message.WantsReply && (OfferedProtocolFeatures & VhostUserProtocolFeatures.ReplyAck) != 0;
        try
        {
            CheckShape();
            if (!TryAnswer())
            {
                Carry();
                if (wantsReply)
                {
                    Reply([0]);
                }
            }
        }
        catch (VhostUserException exception) when (wantsReply && ++_refusals < MaxRefusals
            && exception.Fault is not (VhostUserFault.BadSize or VhostUserFault.DeviceFailed))
        {
            _report(exception);
            Reply([1]);
        }
    }

    private void CheckShape()
    {
        if (!VhostUserRule.All.TryGetValue(_message.Request, out VhostUserRule rule))
        {
            throw new VhostUserException(VhostUserFault.UnknownRequest,
                $"Request {(uint)_message.Request} is not one that this back end knows.");
        }

        if (rule.Needs != 0 && !Has(rule.Needs))
        {
            throw new VhostUserException(VhostUserFault.UnknownRequest,
                $"Request {_message.Request} needs the protocol feature {rule.Needs}, which was not negotiated; "
                + $"negotiated is {_protocolFeatures}.");
        }

        if (_message.PayloadBytes < rule.MinBytes || _message.PayloadBytes > rule.MaxBytes)
        {
            throw new VhostUserException(VhostUserFault.BadSize, $"Request {_message.Request} has "
                + $"{_message.PayloadBytes} bytes; expected {rule.MinBytes} to {rule.MaxBytes}.");
        }

        if (_message.DescriptorCount < rule.MinDescriptors || _message.DescriptorCount > rule.MaxDescriptors)
        {
            throw BadDescriptorCount(rule.MinDescriptors == rule.MaxDescriptors
                ? $"{rule.MinDescriptors}"
                : $"{rule.MinDescriptors} to {rule.MaxDescriptors}");
        }
    }

    private VhostUserException BadDescriptorCount(string expected)
        => new(VhostUserFault.BadDescriptorCount, $"Request {_message.Request} came with {_message.DescriptorCount} "
            + $"descriptors; expected {expected}.");

    /// <summary>Requests that have an answer of their own.</summary>
    private bool TryAnswer()
    {
        switch (_message.Request)
        {
            case VhostUserRequest.GetFeatures:
                Reply([OfferedFeatures.Bits]);
                return true;
            case VhostUserRequest.GetProtocolFeatures:
                Reply([(ulong)OfferedProtocolFeatures]);
                return true;
            case VhostUserRequest.GetQueueCount:
                Reply([(ulong)_rings.Length]);
                return true;
            case VhostUserRequest.GetMaxMemorySlots:
                Reply([MaxMemorySlots]);
                return true;
            case VhostUserRequest.GetStatus:
                Reply([_status]);
                return true;
            case VhostUserRequest.GetVringBase:
                Reply([GetVringBase()]);
                return true;
            case VhostUserRequest.GetConfiguration:
                GetConfiguration();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Requests that have none.</summary>
    private void Carry()
    {
        switch (_message.Request)
        {
            case VhostUserRequest.SetOwner:
                break; // There is one front end at a time, and it is the owner.
            case VhostUserRequest.SetFeatures:
                SetFeatures(new VirtioFeatures(_message.Word));
                break;
            case VhostUserRequest.SetProtocolFeatures:
                SetProtocolFeatures((VhostUserProtocolFeatures)_message.Word);
                break;
            case VhostUserRequest.SetStatus:
                SetStatus(_message.Word);
                break;
            case VhostUserRequest.ResetOwner or VhostUserRequest.ResetDevice:
                ResetRings();
                break;
            case VhostUserRequest.SetMemoryTable:
                SetMemoryTable();
                break;
            case VhostUserRequest.AddMemoryRegion:
                AddMemoryRegion();
                break;
            case VhostUserRequest.RemoveMemoryRegion:
                RemoveMemoryRegion();
                break;
            case VhostUserRequest.SetBackEndSocket:
                SetBackEndSocket();
                break;
            case VhostUserRequest.SetConfiguration:
                SetConfiguration();
                break;
            default:
                CarryForRing();
                break;
        }
    }

    private void Reply(ReadOnlySpan<ulong> payload) => ReplyBytes(MemoryMarshal.AsBytes(payload));

    private void ReplyBytes(ReadOnlySpan<byte> payload)
    {
        Span<byte> reply = stackalloc byte[VhostUserMessage.HeadBytes + VhostUserRule.MaxPayloadBytes];
        const uint Flags = VhostUserMessage.Version | VhostUserMessage.IsReply;
        uint[] head = [(uint)_message.Request, Flags, (uint)payload.Length];
        MemoryMarshal.AsBytes(head.AsSpan()).CopyTo(reply);
        payload.CopyTo(reply[VhostUserMessage.HeadBytes..]);
        FileDescriptorPassing.Send(_socket, reply[..(VhostUserMessage.HeadBytes + payload.Length)], []);
    }

    private void SetFeatures(VirtioFeatures features)
    {
        ulong unknown = features.Bits & ~OfferedFeatures.Bits;
        if (unknown != 0)
        {
            throw new VhostUserException(VhostUserFault.BadFeatures, $"The front end accepts features 0x{unknown:x} "
                + $"that were not offered; offered are 0x{OfferedFeatures.Bits:x}.");
        }

        // A driver that begins anew without a word before: what it knew of its rings is gone.
        if (_driver is not null)
        {
            ResetRings();
        }

        _features = features;
    }

    private void SetProtocolFeatures(VhostUserProtocolFeatures features)
    {
        VhostUserProtocolFeatures unknown = features & ~OfferedProtocolFeatures;
        if (unknown != 0)
        {
            throw new VhostUserException(VhostUserFault.BadFeatures, "The front end accepts protocol features "
                + $"0x{(ulong)unknown:x} that were not offered; offered are 0x{(ulong)OfferedProtocolFeatures:x}.");
        }

        if (_driver is not null)
        {
            throw OutOfOrder("the device runs");
        }

        _protocolFeatures = features;
        const VhostUserProtocolFeatures Needed =
            VhostUserProtocolFeatures.InBandNotifications | VhostUserProtocolFeatures.BackEndRequests;
        bool callsByMessage = (features & Needed) == Needed;
        foreach (VhostUserRing ring in _rings)
        {
            int index = ring.Index;
            ring.Call.SetMessage(callsByMessage ? () => _backEnd.SendCall(index) : null);
        }
    }

    private void SetStatus(ulong status)
    {
        if (status > byte.MaxValue)
        {
            throw BadValue($"a status of 0x{status:x}, which has 8 bits");
        }

        _status = (byte)status;
        if (status == 0 || (status & (byte)VirtioStatus.Failed) != 0)
        {
            ResetRings();
        }
    }

    private void ResetRings()
    {
        TakeAway();
        Array.ForEach(_rings, static ring => ring.Reset());
    }

    private void SetMemoryTable()
    {
        uint count = _message.First;
        int expectedBytes = (int)(VhostUserRule.MemoryTableHeadBytes
            + (Math.Min(count, VhostUserRule.MaxTableRegions) * VhostUserRegionMessage.SizeOfMessage));
        if (count is 0 or > VhostUserRule.MaxTableRegions || _message.PayloadBytes < expectedBytes)
        {
            throw BadValue($"{count} regions in {_message.PayloadBytes} bytes; a table has 1 to "
                + $"{VhostUserRule.MaxTableRegions} of {VhostUserRegionMessage.SizeOfMessage} bytes each");
        }

        if (_message.DescriptorCount != count)
        {
            throw BadDescriptorCount($"{count}, one for each region");
        }

        VhostUserMemory memory = VhostUserMemory.None;
        try
        {
            for (int index = 0; index < count; index++)
            {
                memory = Extend(memory, VhostUserRule.MemoryTableHeadBytes
                    + (index * VhostUserRegionMessage.SizeOfMessage));
            }
        }
        catch
        {
            memory.Dispose();
            throw;
        }

        ReplaceMemory(memory);
    }

    private void AddMemoryRegion()
    {
        if ((ulong)_memory.RegionCount >= MaxMemorySlots)
        {
            throw BadValue($"more than {MaxMemorySlots} regions");
        }

        ReplaceMemory(_memory.With(ReadRegion(sizeof(ulong)), _message.PeekDescriptor, _options.RequireSealedMemory));
        _ = _message.TakeDescriptor();
    }

    private void RemoveMemoryRegion()
    {
        VhostUserRegionMessage place = ReadRegion(sizeof(ulong));
        ReplaceMemory(_memory.Without(place)
            ?? throw new VhostUserException(VhostUserFault.BadMemory, $"{place} is not one that was added."));
    }

    private VhostUserRegionMessage ReadRegion(int offset)
        => MemoryMarshal.Read<VhostUserRegionMessage>(_message.Payload[offset..]);

    private VhostUserMemory Extend(VhostUserMemory memory, int offset)
    {
        VhostUserMemory larger = memory.With(ReadRegion(offset), _message.PeekDescriptor, _options.RequireSealedMemory);
        _ = _message.TakeDescriptor();
        memory.Dispose();
        return larger;
    }

    private void ReplaceMemory(VhostUserMemory memory)
    {
        VhostUserMemory old = _memory;
        try
        {
            TakeAway();
        }
        finally
        {
            _memory = memory;
            old.Dispose();
        }
    }

    private void SetBackEndSocket()
    {
        (ushort type, _) = PassedDescriptor.Look(_message.PeekDescriptor);
        if (type != FileStatus.TypeSocket)
        {
            throw new VhostUserException(VhostUserFault.BadDescriptor,
                $"The back end's socket is a file of type 0x{type:x}; expected a socket.");
        }

        _backEnd.Use(_message.TakeDescriptor());
    }

    private void GetConfiguration()
    {
        const int Head = VhostUserRule.ConfigurationHeadBytes;
        Span<byte> reply = stackalloc byte[VhostUserRule.MaxPayloadBytes];
        if (!TryFindConfiguration(out int offset, out int length))
        {
            ReplyBytes([]); // How this request is refused.
            return;
        }

        _message.Payload[..Head].CopyTo(reply);
        byte[] space = new byte[length];
        CallDevice((device, destination) => device.OnConfigurationRead(offset, destination), space);
        space.CopyTo(reply[Head..]);
        ReplyBytes(reply[..(Head + length)]);
    }

    private void SetConfiguration()
    {
        bool isWritten = false;
        if (TryFindConfiguration(out int offset, out int length))
        {
            byte[] written = _message.Payload.Slice(VhostUserRule.ConfigurationHeadBytes, length).ToArray();
            CallDevice((device, source) => isWritten = device.OnConfigurationWritten(offset, source), written);
        }

        if (!isWritten)
        {
            throw BadValue($"configuration bytes that cannot be written; the space has {_device.ConfigurationBytes}");
        }
    }

    private bool TryFindConfiguration(out int offset, out int length)
    {
        uint claimedOffset = _message.First;
        uint claimedLength = _message.Second;
        offset = (int)Math.Min(claimedOffset, int.MaxValue);
        length = (int)Math.Min(claimedLength, int.MaxValue);
        return claimedLength == _message.PayloadBytes - VhostUserRule.ConfigurationHeadBytes
            && claimedOffset <= _device.ConfigurationBytes
            && claimedLength <= _device.ConfigurationBytes - claimedOffset;
    }

    private VhostUserException BadValue(string what)
        => new(VhostUserFault.BadValue, $"Request {_message.Request} has {what}.");

    private VhostUserException OutOfOrder(string why)
        => new(VhostUserFault.OutOfOrder, $"Request {_message.Request} makes no sense now: {why}.");
}
