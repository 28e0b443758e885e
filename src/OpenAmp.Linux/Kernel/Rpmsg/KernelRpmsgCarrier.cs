// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A kernel's RPMsg transport as the carrier of a link: endpoints are endpoint devices, announcements are
/// channels.</summary>
internal sealed partial class KernelRpmsgCarrier : RpmsgCarrier
{
    /// <summary>The service whose channels the kernel gives endpoint devices by itself.</summary>
    private const string RawService = "rpmsg-raw";

    /// <summary>What endpoints without a name are called in sysfs.</summary>
    private const string Nameless = "openamp";

    private readonly KernelRpmsgBus _bus;
    private readonly KernelRpmsgControl _control;
    private readonly KernelRpmsgLinkOptions _options;
    private readonly ulong _controlInode;
    private readonly TaskCompletionSource<RpmsgCloseReason> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly SemaphoreSlim _lookNow = new(0);

    // Guards the two below.
    private readonly Lock _gate = new();

    // Channels that endpoints of this link created: nobody announced them.
    private readonly HashSet<string> _ownChannels = [];

    // Devices of endpoints that could not be opened; only who opens a device can destroy it.
    private readonly List<KernelRpmsgDevice> _leftovers = [];

    internal KernelRpmsgCarrier(KernelRpmsgBus bus, KernelRpmsgControl control, KernelRpmsgLinkOptions options)
    {
        _bus = bus;
        _control = control;
        _options = options;
        _controlInode = FileStatus.ReadInode(control.Path);
    }

    public override string Description => _control.ToString();

    /// <summary>A kernel is the driver of its processors' rings.</summary>
    public override VirtioRole Role => VirtioRole.Driver;

    public override int MaxPayloadBytes => _options.MaxPayloadBytes;

    public override Task<RpmsgCloseReason> Completion => _completion.Task;

    private bool IsThere => FileStatus.ReadInode(_control.Path) == _controlInode && _controlInode != 0;

    public override bool OpensUnbound(RpmsgPortRequest request) => IsOffer(request);

    public override async ValueTask<RpmsgPort> OpenPortAsync(
        RpmsgPortRequest request,
        CancellationToken cancellationToken)
    {
        try
        {
            return IsOffer(request) ? await OfferAsync(request, cancellationToken).ConfigureAwait(false)
                : FindOwnDevice(request) is { } device
                    ? await OpenAsync(device, null, null, cancellationToken).ConfigureAwait(false)
                    : await CreateAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (KernelRpmsgException) when (!IsThere)
        {
            NoteGone();
            throw new RpmsgClosedException(RpmsgCloseReason.PeerGone, $"{Description} went away while an endpoint was "
                + "being opened; open a new link when it is back.");
        }
    }

    public override ValueTask DisposeAsync()
    {
        _completion.TrySetResult(RpmsgCloseReason.Disposed);
        DestroyLeftovers();
        _lookNow.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the kernel shall announce the endpoint: it does so for a channel that a driver takes and whose
    /// own address is given.</summary>
    private static bool IsOffer(RpmsgPortRequest request)
        => request is { Announce: true, Name: RawService, LocalAddress: not RpmsgAddress.Any };

    /// <summary>The endpoint device that the options name, or that of the channel that the endpoint connects to, if the
    /// kernel made one.</summary>
    private KernelRpmsgDevice? FindOwnDevice(RpmsgPortRequest request)
        => _options.Device is { } chosen ? chosen : request.LocalAddress != RpmsgAddress.Any || request.Name is null
            ? null
            : _bus.ListDevices().FirstOrDefault(device => device.ChannelDeviceName is not null
                && device.Transport.Path == _control.Transport.Path && device.Service == request.Name
                && device.RemoteAddress == request.RemoteAddress);

    private async ValueTask<RpmsgPort> CreateAsync(RpmsgPortRequest request, CancellationToken cancellationToken)
    {
        ThrowIfTaken(request.LocalAddress);
        IReadOnlyList<KernelRpmsgDevice> candidates = await _control.CreateCandidatesAsync(
            request.Name ?? Nameless, request.LocalAddress, request.RemoteAddress, cancellationToken)
            .ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(candidates[i], DestroyEndpoint, DestroyLeftovers, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (KernelRpmsgException busy)
                when (busy.Outcome == KernelRpmsgOutcome.Busy && i + 1 < candidates.Count)
            {
                // Somebody made one alike at the same moment and was faster to open ours; his is left for us.
            }
            catch
            {
                lock (_gate)
                {
                    _leftovers.Add(candidates[i]);
                }

                throw;
            }
        }
    }

    /// <summary>Refuses an address that a channel's own endpoint has: the kernel would say so only when the device is
    /// opened, and a device that cannot be opened cannot be destroyed.</summary>
    private void ThrowIfTaken(uint localAddress)
    {
        if (localAddress != RpmsgAddress.Any && _bus.ListChannels().FirstOrDefault(channel => channel.Driver is not null
            && channel.Transport.Path == _control.Transport.Path && channel.LocalAddress == localAddress) is { } taker)
        {
            throw new KernelRpmsgException(KernelRpmsgOutcome.AddressTaken, 0, $"Address 0x{localAddress:x} on "
                + $"{Description} is that of channel {taker.DeviceName}: "
                + KernelRpmsgFailure.Explain(KernelRpmsgOutcome.AddressTaken));
        }
    }

    private async ValueTask<RpmsgPort> OpenAsync(
        KernelRpmsgDevice device,
        Action<SafeFileHandle>? beforeClose,
        Action? afterClose,
        CancellationToken cancellationToken)
    {
        SafeFileHandle handle = await KernelRpmsgFile.OpenNewAsync(
            device.DevicePath,
            device.ReadNumbers(),
            KernelRpmsgCall.OpenEndpoint,
            _options.NodeTimeout,
            cancellationToken).ConfigureAwait(false);
        return new KernelRpmsgPort(
            handle,
            device.DevicePath,
            (device.LocalAddress, device.RemoteAddress),
            FindEndAsync,
            beforeClose,
            afterClose);
    }

    // What has ended already says EPIPE, and then there is nothing left to do.
    private static void DestroyEndpoint(SafeFileHandle handle) => _ = KernelRpmsgFile.Destroy(handle);

    /// <summary>Destroys devices that could not be opened, as far as they can be now.</summary>
    private void DestroyLeftovers()
    {
        KernelRpmsgDevice[] leftovers;
        lock (_gate)
        {
            leftovers = [.. _leftovers];
        }

        foreach (KernelRpmsgDevice device in leftovers)
        {
            try
            {
                if (device.Exists)
                {
                    device.Destroy();
                }

                lock (_gate)
                {
                    _leftovers.Remove(device);
                }
            }
            catch (KernelRpmsgException)
            {
                // Its address is still another's. The kernel destroys it with the transport.
            }
        }
    }
}
