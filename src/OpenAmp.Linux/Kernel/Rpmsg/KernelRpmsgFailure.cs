// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>What the kernel's error numbers mean, call by call, and what to do about each.</summary>
/// <remarks>Source: Linux, Documentation/staging/rpmsg.rst, and what kernels 6.1 and 6.12 were seen to do.</remarks>
internal static class KernelRpmsgFailure
{
    /// <summary>The exception for a failed call.</summary>
    /// <param name="call">What was asked.</param>
    /// <param name="target">Of what: a path, and addresses.</param>
    /// <param name="errno">The error number.</param>
    internal static KernelRpmsgException For(KernelRpmsgCall call, string target, int errno)
    {
        KernelRpmsgOutcome outcome = OutcomeOf(call, errno);
        string number = errno == Errno.ERESTARTSYS
            ? "errno 512 (ERESTARTSYS, which user space never should see)"
            : $"errno {errno} ({Marshal.GetPInvokeErrorMessage(errno)})";
        return new KernelRpmsgException(
            outcome, errno, $"{Describe(call)} {target} failed with {number}: {Explain(outcome)}");
    }

    internal static KernelRpmsgOutcome OutcomeOf(KernelRpmsgCall call, int errno) => (call, errno) switch
    {
        (_, Errno.EACCES or Errno.EPERM) => KernelRpmsgOutcome.NoPermission,
        (_, Errno.EBUSY) => KernelRpmsgOutcome.Busy,
        (_, Errno.EMSGSIZE) => KernelRpmsgOutcome.TooLong,
        (_, Errno.ERESTARTSYS) => KernelRpmsgOutcome.SendTimedOut,
        (_, Errno.EOPNOTSUPP or Errno.ENOTTY) => KernelRpmsgOutcome.NotSupported,
        (_, Errno.ENETRESET or Errno.ENODEV) => KernelRpmsgOutcome.DeviceGone,
        (_, Errno.EAGAIN) => KernelRpmsgOutcome.QueueFull,
        (KernelRpmsgCall.Read or KernelRpmsgCall.Write or KernelRpmsgCall.DestroyEndpoint, Errno.EPIPE)
            => KernelRpmsgOutcome.EndpointDestroyed,
        (KernelRpmsgCall.WriteTty, Errno.EIO) => KernelRpmsgOutcome.DeviceGone,
        (KernelRpmsgCall.Write or KernelRpmsgCall.WriteTty, Errno.ENOMEM) => KernelRpmsgOutcome.QueueFull,
        (KernelRpmsgCall.OpenControl or KernelRpmsgCall.OpenEndpoint or KernelRpmsgCall.OpenTty, Errno.ENOENT)
            => KernelRpmsgOutcome.NotFound,
        (KernelRpmsgCall.OpenControl or KernelRpmsgCall.OpenEndpoint or KernelRpmsgCall.OpenTty, Errno.ENXIO)
            => KernelRpmsgOutcome.DeviceGone,
        (KernelRpmsgCall.OpenEndpoint, Errno.EINVAL) => KernelRpmsgOutcome.AddressTaken,
        (KernelRpmsgCall.Write, Errno.EINVAL) => KernelRpmsgOutcome.NoDestination,
        (KernelRpmsgCall.CreateDevice, Errno.ENXIO) => KernelRpmsgOutcome.ChannelExists,
        (KernelRpmsgCall.ReleaseDevice, Errno.EINVAL) => KernelRpmsgOutcome.NoSuchChannel,
        (KernelRpmsgCall.DestroyEndpoint, Errno.EINVAL) => KernelRpmsgOutcome.DefaultEndpoint,
        (KernelRpmsgCall.FlowControl, Errno.EINVAL) => KernelRpmsgOutcome.NotSupported,
        (KernelRpmsgCall.CreateDevice or KernelRpmsgCall.ReleaseDevice or KernelRpmsgCall.CreateEndpoint, Errno.EINVAL)
            => KernelRpmsgOutcome.NotSupported,
        _ => KernelRpmsgOutcome.Other,
    };

    internal static string Explain(KernelRpmsgOutcome outcome) => outcome switch
    {
        KernelRpmsgOutcome.NotFound => "it is not there. Does the processor run, and are the modules rpmsg_char and "
            + "rpmsg_ctrl loaded? 'openamp doctor' says which stage fails.",
        KernelRpmsgOutcome.NoPermission => "this user may not. 'openamp udev' writes rules that give a group access to "
            + "RPMsg devices; then add the user to the group and log in anew.",
        KernelRpmsgOutcome.NodeMissing => "the kernel has the device, but its node did not appear in time. Is /dev a "
            + "devtmpfs, or does udev run?",
        KernelRpmsgOutcome.Busy => "another program, or another endpoint of this one, has it open, and the kernel lets "
            + "only one do so. Close the other, or create an endpoint of your own through the control device.",
        KernelRpmsgOutcome.AddressTaken => "the local address is another endpoint's. Choose another, or leave it to "
            + "the kernel (RpmsgAddress.Any).",
        KernelRpmsgOutcome.NoDestination => "the endpoint was created without a destination. Create it with the "
            + "peer's address.",
        KernelRpmsgOutcome.TooLong => "it is longer than a buffer of the kernel's ring (496 bytes with usual virtio "
            + "buffers). Send it in parts.",
        KernelRpmsgOutcome.QueueFull => "the peer has all buffers. Does its firmware still receive?",
        KernelRpmsgOutcome.SendTimedOut => "the peer gave no buffer back for 15 s, and the kernel gave up. Does its "
            + "firmware still receive? Open the device non-blocking to wait in your own way.",
        KernelRpmsgOutcome.EndpointDestroyed => "the endpoint was destroyed: by RPMSG_DESTROY_EPT_IOCTL, or because "
            + "its channel or the processor's device went away. Messages not read by then are lost.",
        KernelRpmsgOutcome.DeviceGone => "the processor's device went away: it stopped, crashed, or its driver was "
            + "unbound. Open a new link when it is back.",
        KernelRpmsgOutcome.ChannelExists => "a channel of that name and those addresses exists. An address that is any "
            + "matches every channel of the name: give both addresses, or release the other channel.",
        KernelRpmsgOutcome.NoSuchChannel => "no channel has that name and those addresses.",
        KernelRpmsgOutcome.DefaultEndpoint => "the endpoint is its channel's own and ends with the channel: release "
            + "that instead.",
        KernelRpmsgOutcome.NotSupported => "this kernel, or this kind of device, does not have the operation.",
        KernelRpmsgOutcome.Ambiguous => "several match. Say which one is meant.",
        _ => "no more is known of it; the kernel's log may say more.",
    };

    private static string Describe(KernelRpmsgCall call) => call switch
    {
        KernelRpmsgCall.OpenControl or KernelRpmsgCall.OpenEndpoint or KernelRpmsgCall.OpenTty => "Opening",
        KernelRpmsgCall.CreateEndpoint => "Creating an endpoint through (RPMSG_CREATE_EPT_IOCTL)",
        KernelRpmsgCall.CreateDevice => "Creating a channel through (RPMSG_CREATE_DEV_IOCTL)",
        KernelRpmsgCall.ReleaseDevice => "Releasing a channel through (RPMSG_RELEASE_DEV_IOCTL)",
        KernelRpmsgCall.DestroyEndpoint => "Destroying the endpoint device (RPMSG_DESTROY_EPT_IOCTL)",
        KernelRpmsgCall.FlowControl => "Flow control of",
        KernelRpmsgCall.Read => "Reading",
        _ => "Writing to",
    };
}
