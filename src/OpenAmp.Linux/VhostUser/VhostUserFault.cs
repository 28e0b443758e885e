// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>Which rule of the vhost-user protocol a front end broke, or why else it was sent away.</summary>
public enum VhostUserFault
{
    /// <summary>A message's head has another version, or bits that mean nothing.</summary>
    BadHeader,

    /// <summary>A message has another size than its kind allows.</summary>
    BadSize,

    /// <summary>A message came with too few, too many or unexpected descriptors.</summary>
    BadDescriptorCount,

    /// <summary>A descriptor is not of the kind that the message needs.</summary>
    BadDescriptor,

    /// <summary>A request that this back end does not know, or that was not negotiated.</summary>
    UnknownRequest,

    /// <summary>Features that were not offered.</summary>
    BadFeatures,

    /// <summary>A memory region overlaps another, wraps around, is empty or goes beyond its file.</summary>
    BadMemory,

    /// <summary>A queue that the device does not have.</summary>
    BadQueueIndex,

    /// <summary>A queue size that is zero, too large or not a power of two, or another number out of range.</summary>
    BadValue,

    /// <summary>A ring lies outside the memory, or is misaligned.</summary>
    BadRing,

    /// <summary>A request that makes no sense now, such as a ring before the memory that it lies in.</summary>
    OutOfOrder,

    /// <summary>The driver wrote an index into a ring that no driver writes, so the ring cannot be believed.</summary>
    BrokenRing,

    /// <summary>The front end said nothing, or stopped in the middle of a message, for too long.</summary>
    Silence,

    /// <summary>The connection ended in the middle of a message, or the system refused to go on with it.</summary>
    ConnectionLost,

    /// <summary>The device of this program threw.</summary>
    DeviceFailed,
}
