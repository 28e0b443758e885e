// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A control device, <c>/dev/rpmsg_ctrlN</c>: it creates endpoints and channels on its transport.</summary>
/// <remarks>It holds nothing open: each verb opens the device for itself. Any thread may call any member.</remarks>
public sealed class KernelRpmsgControl
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(2);

    private readonly KernelRpmsgBus _bus;

    internal KernelRpmsgControl(
        KernelRpmsgBus bus,
        string name,
        string devicePath,
        string path,
        KernelRpmsgTransport transport)
    {
        _bus = bus;
        Name = name;
        DevicePath = devicePath;
        Path = path;
        Transport = transport;
    }

    /// <summary>How long to wait for the device of a new endpoint.</summary>
    public static TimeSpan DefaultDeviceTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Name of the device, such as <c>rpmsg_ctrl0</c>. It can be another after the next boot.</summary>
    public string Name { get; }

    /// <summary>Its node.</summary>
    public string DevicePath { get; }

    /// <summary>Its directory in sysfs.</summary>
    public string Path { get; }

    /// <summary>What it controls.</summary>
    public KernelRpmsgTransport Transport { get; }

    /// <summary>Creates an endpoint device (RPMSG_CREATE_EPT_IOCTL). The peer is told nothing. The endpoint itself
    /// exists while the device is open: a local address that is taken shows then.</summary>
    /// <param name="service">Its name, at most 31 bytes of UTF-8; for people only.</param>
    /// <param name="localAddress">Its own address, or <see cref="RpmsgAddress.Any"/> for one that the kernel gives at
    /// each opening and does not tell.</param>
    /// <param name="remoteAddress">The peer's address; with <see cref="RpmsgAddress.Any"/> nothing can be sent.</param>
    /// <param name="cancellationToken">Ends the wait for the device in sysfs; then an endpoint device is left.</param>
    /// <returns>The device: the one that this call made, whatever others make meanwhile.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="KernelRpmsgException">The kernel refused; see the outcome.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async ValueTask<KernelRpmsgDevice> CreateEndpointAsync(
        string service,
        uint localAddress,
        uint remoteAddress,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<KernelRpmsgDevice> candidates = await CreateCandidatesAsync(
            service, localAddress, remoteAddress, cancellationToken).ConfigureAwait(false);
        return candidates[0];
    }

    /// <summary>Creates a channel (RPMSG_CREATE_DEV_IOCTL), as if the peer had announced it. When a kernel driver takes
    /// it (<c>rpmsg-raw</c>, <c>rpmsg-tty</c>) and its own address is given, the kernel announces it to the
    /// peer.</summary>
    /// <param name="service">The service, at most 31 bytes of UTF-8; it chooses the driver.</param>
    /// <param name="localAddress">The kernel's own address, or <see cref="RpmsgAddress.Any"/>.</param>
    /// <param name="remoteAddress">The peer's address, or <see cref="RpmsgAddress.Any"/>.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="KernelRpmsgException">The kernel refused; <see cref="KernelRpmsgOutcome.ChannelExists"/> when
    /// one that matches exists.</exception>
    public void CreateDevice(string service, uint localAddress, uint remoteAddress)
        => Request(KernelRpmsgCall.CreateDevice, KernelRpmsgFile.CreateDevice, service, localAddress, remoteAddress);

    /// <summary>Releases a channel (RPMSG_RELEASE_DEV_IOCTL): its driver lets go, its devices vanish, and the peer is
    /// told if it was told of the channel.</summary>
    /// <param name="service">The service.</param>
    /// <param name="localAddress">The kernel's own address.</param>
    /// <param name="remoteAddress">The peer's address.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="KernelRpmsgException">The kernel refused; <see cref="KernelRpmsgOutcome.NoSuchChannel"/> when
    /// there is none.</exception>
    public void ReleaseDevice(string service, uint localAddress, uint remoteAddress)
        => Request(KernelRpmsgCall.ReleaseDevice, KernelRpmsgFile.ReleaseDevice, service, localAddress, remoteAddress);

    /// <summary>The device, for people.</summary>
    /// <returns>Its node and its transport.</returns>
    public override string ToString() => $"{DevicePath} ({Transport})";

    /// <summary>Creates an endpoint device. Gives more than one when others made some of the same name and addresses at
    /// that moment: the one that is not busy is as good as ours.</summary>
    internal async ValueTask<IReadOnlyList<KernelRpmsgDevice>> CreateCandidatesAsync(
        string service,
        uint localAddress,
        uint remoteAddress,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HashSet<(string, ulong)> before = [.. Namesakes(service, localAddress, remoteAddress).Select(IdentityOf)];
        Request(KernelRpmsgCall.CreateEndpoint, KernelRpmsgFile.CreateEndpoint, service, localAddress, remoteAddress);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            KernelRpmsgDevice[] made = [.. Namesakes(service, localAddress, remoteAddress)
                .Where(device => !before.Contains(IdentityOf(device)))];
            if (made.Length > 0)
            {
                return made;
            }

            if (Stopwatch.GetElapsedTime(start) > DefaultDeviceTimeout)
            {
                throw new KernelRpmsgException(
                    KernelRpmsgOutcome.NodeMissing,
                    0,
                    $"{DevicePath} created endpoint {Describe(service, localAddress, remoteAddress)}, but it did not "
                    + $"appear below {_bus.Root.At("/sys/class/rpmsg")} within {DefaultDeviceTimeout.TotalSeconds} s. "
                    + "Is sysfs mounted there, and did the processor stop meanwhile?");
            }

            await Task.Delay(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Describe(string service, uint localAddress, uint remoteAddress)
        => $"'{service}' (0x{localAddress:x} -> 0x{remoteAddress:x})";

    private static (string Name, ulong Inode) IdentityOf(KernelRpmsgDevice device)
        => (device.Name, FileStatus.ReadInode(device.Path));

    private IEnumerable<KernelRpmsgDevice> Namesakes(string service, uint localAddress, uint remoteAddress)
        => _bus.ListDevices().Where(device => device.Service == service && device.LocalAddress == localAddress
            && device.RemoteAddress == remoteAddress && device.ChannelDeviceName is null
            && device.Transport.Path == Transport.Path);

    private unsafe void Request(
        KernelRpmsgCall call,
        uint request,
        string service,
        uint localAddress,
        uint remoteAddress)
    {
        var argument = KernelRpmsgEndpointRequest.Create(service, localAddress, remoteAddress);
        using SafeFileHandle handle = KernelRpmsgFile.Open(DevicePath, KernelRpmsgCall.OpenControl);
        int errno = KernelRpmsgFile.Control(handle, request, &argument);
        if (errno != 0)
        {
            throw KernelRpmsgFailure.For(
                call, $"{DevicePath} for {Describe(service, localAddress, remoteAddress)}", errno);
        }
    }
}
