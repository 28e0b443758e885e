// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What a kernel meant when it refused something on an RPMsg device. The same error number means different
/// things for different calls; this tells them apart.</summary>
public enum KernelRpmsgOutcome
{
    /// <summary>An error that this library knows no more of than its number.</summary>
    Other,

    /// <summary>Nothing that matches is there: no device, no module, no processor that runs (ENOENT).</summary>
    NotFound,

    /// <summary>Several things match; say which one is meant.</summary>
    Ambiguous,

    /// <summary>The device node may not be opened (EACCES, EPERM): a udev rule is missing, or a group.</summary>
    NoPermission,

    /// <summary>The node did not appear in time, though the kernel has the device: udev or devtmpfs is late.</summary>
    NodeMissing,

    /// <summary>Somebody has the endpoint device open already; a kernel lets one do so (EBUSY).</summary>
    Busy,

    /// <summary>The local address is another endpoint's (EINVAL of open).</summary>
    AddressTaken,

    /// <summary>The endpoint has no destination, so nothing can be sent (EINVAL of write).</summary>
    NoDestination,

    /// <summary>The message is longer than a buffer of the kernel's ring (EMSGSIZE).</summary>
    TooLong,

    /// <summary>The peer has all buffers (EAGAIN, or ENOMEM of a tty).</summary>
    QueueFull,

    /// <summary>No buffer came free for 15 s, and the kernel gave up (errno 512, which is no errno of user space).
    /// </summary>
    SendTimedOut,

    /// <summary>The endpoint was destroyed under its user (EPIPE, or POLLERR of poll).</summary>
    EndpointDestroyed,

    /// <summary>The processor's device went away: it stopped, crashed, or its driver was unbound (ENETRESET, ENODEV).
    /// </summary>
    DeviceGone,

    /// <summary>There is such a channel already (ENXIO of RPMSG_CREATE_DEV_IOCTL).</summary>
    ChannelExists,

    /// <summary>There is no such channel (EINVAL of RPMSG_RELEASE_DEV_IOCTL).</summary>
    NoSuchChannel,

    /// <summary>The endpoint is its channel's own and lives as long as that; release the channel (EINVAL of
    /// RPMSG_DESTROY_EPT_IOCTL).</summary>
    DefaultEndpoint,

    /// <summary>This kernel, or this kind of device, has no such operation (EOPNOTSUPP, ENOTTY, EINVAL).</summary>
    NotSupported,
}
