// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What a device says in the length field of a used element: one of the points where dialects differ.
/// </summary>
public enum UsedLength
{
    /// <summary>The whole buffer, in both directions. The C library's driver takes it for the buffer's size: with
    /// anything less it cuts or refuses its next messages.</summary>
    WholeBuffer,

    /// <summary>Header and payload of the message written, and 0 for a buffer that was only read (VIRTIO 1.3,
    /// section 2.7.8.2).</summary>
    Message,
}
