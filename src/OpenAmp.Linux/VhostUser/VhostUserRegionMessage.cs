// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>A memory region as it stands in messages: 32 bytes in the machine's byte order.</summary>
/// <remarks>vhost-user protocol, "Memory region description". Written by the front end.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct VhostUserRegionMessage
{
    internal const int SizeOfMessage = 32;

    /// <summary>Guest physical address of the first byte: the device address.</summary>
    internal ulong GuestAddress;

    /// <summary>Length in bytes.</summary>
    internal ulong SizeBytes;

    /// <summary>Address of the first byte in the front end's process, by which it names rings.</summary>
    internal ulong UserAddress;

    /// <summary>Offset of the first byte in the file that comes with the message.</summary>
    internal ulong FileOffset;

    /// <inheritdoc/>
    public override readonly string ToString()
        => $"The memory region of 0x{SizeBytes:x} bytes at guest address 0x{GuestAddress:x} "
            + $"(front end 0x{UserAddress:x}, file offset 0x{FileOffset:x})";
}
