// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>What one side tells the other's name service: an endpoint with a name came to be, or ceased.</summary>
/// <remarks>40 bytes on the wire, little-endian (struct rpmsg_ns_msg): the name, the address at 32, the flags at 36.
/// Sent to <see cref="RpmsgAddress.NameService"/> from the announced endpoint's own address.</remarks>
public readonly struct NameServiceMessage
{
    /// <summary>Size on the wire, in bytes.</summary>
    public const int SizeBytes = 40;

    private const int AddressOffset = 32;
    private const int FlagsOffset = 36;

    /// <summary>Makes a message to be written.</summary>
    /// <param name="name">The service.</param>
    /// <param name="address">The announced endpoint's address on its own side.</param>
    /// <param name="isDestroy">Whether it ceased.</param>
    public NameServiceMessage(in RpmsgName name, uint address, bool isDestroy)
    {
        Name = name;
        Address = address;
        IsDestroy = isDestroy;
    }

    /// <summary>The service.</summary>
    public RpmsgName Name { get; }

    /// <summary>The announced endpoint's address on its own side.</summary>
    public uint Address { get; }

    /// <summary>Whether it ceased (RPMSG_NS_DESTROY, bit 0 of the flags).</summary>
    public bool IsDestroy { get; }

    /// <summary>Reads a message out of shared memory, each byte once.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="lengthBytes">Its length in bytes, as validated by whoever received it.</param>
    /// <param name="message">The message.</param>
    /// <returns><see langword="false"/> when the length is not exactly 40, when the name is empty or does not end
    /// within its field, or when the address is no address.</returns>
    /// <remarks>Safety: <paramref name="lengthBytes"/> bytes are readable at <paramref name="payload"/>, which is
    /// aligned to 4.</remarks>
    public static unsafe bool TryRead(byte* payload, uint lengthBytes, out NameServiceMessage message)
    {
        message = default;
        if (lengthBytes != SizeBytes)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[RpmsgName.SizeBytes];
        for (int i = 0; i < RpmsgName.SizeBytes; i++)
        {
            copy[i] = payload[i];
        }

        uint address = *(uint*)(payload + AddressOffset);
        uint flags = *(uint*)(payload + FlagsOffset);
        if (copy[0] == 0 || address == RpmsgAddress.Any || !RpmsgName.TryCreate(copy, out RpmsgName name))
        {
            return false;
        }

        message = new NameServiceMessage(name, address, (flags & 1) != 0);
        return true;
    }

    /// <summary>Writes the message as it goes on the wire, with no byte left over from before.</summary>
    /// <param name="payload">Room for <see cref="SizeBytes"/> bytes.</param>
    /// <returns><see langword="false"/>, writing nothing, when there is less room.</returns>
    public unsafe bool TryWrite(Span<byte> payload)
    {
        if (payload.Length < SizeBytes)
        {
            return false;
        }

        // SAFETY: there is room, as was just seen. A field is copied, since a property's value has no place.
        RpmsgName name = Name;
        fixed (byte* start = payload)
        {
            Write(start, name, Address, IsDestroy); // With the zeros that it ends with.
        }

        return true;
    }

    /// <summary>Writes a message byte by byte, at any address and for any kind of memory.</summary>
    /// <remarks>Safety: there is room for <see cref="SizeBytes"/> bytes.</remarks>
    internal static unsafe void Write(byte* target, ReadOnlySpan<byte> name, uint address, bool isDestroy)
    {
        for (int i = 0; i < AddressOffset; i = unchecked(i + 1))
        {
            unchecked(target + i)[0] = i < name.Length ? name[i] : (byte)0;
        }

        WriteUInt32(unchecked(target + AddressOffset), address);
        WriteUInt32(unchecked(target + FlagsOffset), isDestroy ? 1u : 0u);
    }

    private static unsafe void WriteUInt32(byte* target, uint value)
    {
        for (int i = 0; i < sizeof(uint); i = unchecked(i + 1), value >>= 8)
        {
            unchecked(target + i)[0] = unchecked((byte)value);
        }
    }
}
