// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <content>RPMsg, through the kernel's devices.</content>
public sealed partial class KernelRemoteProcessor
{
    private static readonly TimeSpan LinkLookInterval = TimeSpan.FromMilliseconds(5);

    private volatile RpmsgLink[] _links = [];
    private RunCarrier[] _carriers = [];

    /// <inheritdoc/>
    /// <remarks>One for each RPMsg device of the firmware, in the kernel's order of devices. None when the kernel has
    /// no control device for it (CONFIG_RPMSG_CTRL): the log says so.</remarks>
    public override IReadOnlyList<RpmsgLink> Links => _links;

    /// <inheritdoc/>
    protected override string MissingLinkAdvice
        => State is RemoteProcessorState.Running or RemoteProcessorState.Attached
            ? _options.OpensLinks
                ? "The kernel shows no RPMsg control device for it: see 'openamp doctor'."
                : "KernelRemoteProcessorOptions.OpensLinks is false."
            : base.MissingLinkAdvice;

    private async ValueTask OpenLinksAsync(CancellationToken cancellationToken)
    {
        int wanted = Table?.Vdevs.Count(vdev => vdev.IsRpmsg) ?? 1;
        if (!_options.OpensLinks || wanted == 0)
        {
            return;
        }

        var bus = new KernelRpmsgBus(_options.Root);
        KernelRpmsgControl[] controls = await WaitForControlsAsync(bus, wanted, cancellationToken)
            .ConfigureAwait(false);
        if (controls.Length < wanted && Table is not null)
        {
            RemoteprocLog.NoLink(Options.Logger, Name, $"its firmware has {wanted} RPMsg devices, and the kernel shows "
                + $"{controls.Length} control devices (/dev/rpmsg_ctrlN) for it. Are the drivers virtio_rpmsg_bus and "
                + "rpmsg_ctrl there, and may this user see them? See 'openamp doctor'.");
        }

        _carriers = [.. controls.Select(control => new RunCarrier(new KernelRpmsgCarrier(bus, control, LinkOptions)))];
        _links = [.. _carriers.Select(carrier => RpmsgLink.Create(carrier, LinkOptions.Link))];
        foreach (RpmsgLink link in _links)
        {
            link.Start();
        }
    }

    private KernelRpmsgLinkOptions LinkOptions => new()
    {
        Root = _options.Root,
        Link = Options.Rpmsg.Link with { Name = Name },
        MaxPayloadBytes = (int)Options.Rpmsg.BufferSizeBytes - RpmsgHeader.SizeBytes,
    };

    /// <summary>The bus driver makes its devices while the kernel starts the processor; but it may be a module that is
    /// being loaded.</summary>
    private async ValueTask<KernelRpmsgControl[]> WaitForControlsAsync(
        KernelRpmsgBus bus,
        int wanted,
        CancellationToken cancellationToken)
    {
        long begun = Options.TimeProvider.GetTimestamp();
        while (true)
        {
            KernelRpmsgControl[] controls = [.. bus.ListControls()
                .Where(control => control.Transport.ProcessorDevice == _node.Name)];
            if (controls.Length >= wanted || _node.TryRead("state") is not (RemoteprocStates.Running
                or RemoteprocStates.Attached) || Options.TimeProvider.GetElapsedTime(begun) >= _options.LinkTimeout)
            {
                return controls;
            }

            await Task.Delay(LinkLookInterval, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseLinksAsync()
    {
        (RpmsgLink[] links, RunCarrier[] carriers) = (_links, _carriers);
        (_links, _carriers) = ([], []);
        foreach (RunCarrier carrier in carriers)
        {
            carrier.End();
        }

        foreach (RpmsgLink link in links)
        {
            try
            {
                // Its endpoints hear why before it is disposed.
                await link.Completion.WaitAsync(Options.AbandonTimeout, Options.TimeProvider).ConfigureAwait(false);
                await link.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                RemoteprocLog.LinkFailed(Options.Logger, Name, error);
            }
        }
    }
}
