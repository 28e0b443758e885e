// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Devices;

/// <summary>Finds links and opens endpoints on them: the kernel's links, and those that programs share.</summary>
/// <param name="root">Where the kernel is looked for.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class EndpointSource(KernelRoot root, ILogger logger)
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>All links.</summary>
    public static IReadOnlyList<FoundLink> LinksOf(InventoryReport inventory) =>
    [
        .. inventory.Processors.SelectMany(processor => processor.Links.Select(link => new FoundLink(link, processor))),
        .. inventory.Links.Select(link => new FoundLink(link, null)),
    ];

    /// <summary>The link that is meant.</summary>
    /// <param name="inventory">All there is.</param>
    /// <param name="selector">Its name or its processor's; <see langword="null"/> for the only one that fits.</param>
    /// <param name="service">A service that it shall have, if any link has it.</param>
    /// <exception cref="ServiceFailedException">There is none, or there are several; the message names
    /// them.</exception>
    public static FoundLink Find(InventoryReport inventory, string? selector, string? service)
    {
        IReadOnlyList<FoundLink> all = LinksOf(inventory);
        FoundLink[] named = [.. all.Where(link => link.Fits(selector))];
        FoundLink[] serving = [.. named.Where(link => link.Link.Channels.Any(channel => channel.Name == service))];
        FoundLink[] fitting = serving.Length > 0 ? serving : named;
        if (fitting is [FoundLink found])
        {
            return found;
        }

        string names = string.Join(", ", (fitting.Length > 0 ? fitting : all).Select(link => link.Selector).Distinct());
        throw new ServiceFailedException((all.Count, fitting.Length, selector) switch
        {
            (0, _, _) => "there is no RPMsg link, neither of the kernel nor shared by a program; openamp doctor finds "
                + "out why",
            (_, 0, _) => $"there is no link '{selector}'; there are {names}",
            _ => $"{fitting.Length} links fit{(service is null ? "" : $" '{service}'")}; write one of {names} and "
                + "/ before the service, as in " + $"{fitting[0].Selector}/{service ?? "@0x400"}",
        });
    }

    /// <summary>Opens an endpoint.</summary>
    /// <exception cref="ServiceFailedException">There is no such link or service.</exception>
    /// <exception cref="RpmsgClosedException">The link ended.</exception>
    public async ValueTask<OpenedEndpoint> OpenAsync(
        string command, EndpointTarget target, RpmsgEndpointOptions options, CancellationToken cancellationToken)
    {
        InventoryReport inventory = await Inventory.ReadAsync(command, root, cancellationToken).ConfigureAwait(false);
        if (target.DevicePath is { } path)
        {
            return await OpenDeviceAsync(inventory, path, cancellationToken).ConfigureAwait(false);
        }

        FoundLink found = Find(inventory, target.Link, target.Service);
        var (link, holders) = await OpenLinkAsync(found, cancellationToken).ConfigureAwait(false);
        try
        {
            RpmsgEndpoint endpoint = await ConnectAsync(link, found, target, options, cancellationToken)
                .ConfigureAwait(false);
            return new OpenedEndpoint(endpoint, found.Selector, holders);
        }
        catch
        {
            foreach (IAsyncDisposable holder in holders)
            {
                await holder.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>The endpoint device at a path, which may be a link that a udev rule made.</summary>
    /// <exception cref="ServiceFailedException">There is none; the message says what there is.</exception>
    public static KernelRpmsgDevice FindDevice(KernelRoot root, string path)
    {
        string full = Path.GetFullPath(root.At(path));
        string node = File.Exists(full) ? File.ResolveLinkTarget(full,
            returnFinalTarget: true)?.FullName ?? full : full;
        IReadOnlyList<KernelRpmsgDevice> all = new KernelRpmsgBus(root).ListDevices();
        string there = string.Join(", ", all.Select(device => device.ToString()));
        return all.FirstOrDefault(device => Path.GetFullPath(device.DevicePath) == node)
            ?? throw new ServiceFailedException($"the kernel has no endpoint device {path}; "
                + (there.Length == 0 ? "it has none; openamp rpmsg create-ept makes one" : $"it has {there}"));
    }

    private async ValueTask<OpenedEndpoint> OpenDeviceAsync(
        InventoryReport inventory, string path, CancellationToken cancellationToken)
    {
        KernelRpmsgDevice device = FindDevice(root, path);
        FoundLink found = LinksOf(inventory).FirstOrDefault(link => link.Link.Name == device.Transport.Name
            && link.Link.Origin == Origins.Kernel)
            ?? throw new ServiceFailedException($"{path} has gone this moment; openamp ls shows what there is");
        RpmsgLink link = await OpenKernelsAsync(found, device, cancellationToken).ConfigureAwait(false);
        try
        {
            RpmsgEndpoint endpoint = await link.CreateEndpointAsync(
                device.Service,
                new RpmsgEndpointOptions { Announce = false, RemoteAddress = device.RemoteAddress },
                cancellationToken).ConfigureAwait(false);
            return new OpenedEndpoint(endpoint, $"{found.Selector}, {path}", link);
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<RpmsgLink> OpenKernelsAsync(
        FoundLink found, KernelRpmsgDevice? device, CancellationToken cancellationToken)
        => found.Link.Control is { } control
            ? await KernelRpmsgLink.OpenAsync(
                new KernelRpmsgLinkOptions
                {
                    Root = root,
                    Selector = new KernelRpmsgSelector { ControlPath = control },
                    Device = device,
                    Link = new RpmsgLinkOptions { Name = found.Selector, Logger = logger },
                },
                cancellationToken).ConfigureAwait(false)
            : throw new ServiceFailedException($"{found.Selector} has no control device; openamp doctor finds out why");

    /// <summary>Opens a link.</summary>
    /// <returns>The link, and what must be disposed when it is no longer wanted.</returns>
    public async ValueTask<(RpmsgLink Link, IAsyncDisposable[] Holders)> OpenLinkAsync(
        FoundLink found, CancellationToken cancellationToken)
    {
        if (found.Link.Origin == Origins.Kernel)
        {
            RpmsgLink kernels = await OpenKernelsAsync(found, null, cancellationToken).ConfigureAwait(false);
            return (kernels, [kernels]);
        }

        if (found.Processor is null)
        {
            RpmsgLink alone = await SharedLink.OpenAsync(found.Link.Path!, cancellationToken).ConfigureAwait(false);
            return (alone, [alone]);
        }

        RemoteProcessor processor = await SharedProcessor.OpenAsync(
            new SharedProcessorOptions { Selector = found.Link.Path!, Logger = logger }, cancellationToken)
            .ConfigureAwait(false);
        RpmsgLink? link = processor.Links.FirstOrDefault(link => SafeText.Of(link.Name) == found.Link.Name)
            ?? (processor.Links is [RpmsgLink first, ..] ? first : null);
        if (link is null)
        {
            await processor.DisposeAsync().ConfigureAwait(false);
            throw new ServiceFailedException($"{found.Selector} has no link any more: it is {processor.State}");
        }

        return (link, [processor]);
    }

    private static async ValueTask<RpmsgEndpoint> ConnectAsync(
        RpmsgLink link,
        FoundLink found,
        EndpointTarget target,
        RpmsgEndpointOptions options,
        CancellationToken cancellationToken)
    {
        if (target.Service is not { } service)
        {
            return await link.CreateEndpointAsync("openamp", options, cancellationToken).ConfigureAwait(false);
        }

        if (options.Announce)
        {
            RpmsgEndpoint offered = await link.CreateEndpointAsync(service, options, cancellationToken)
                .ConfigureAwait(false);
            await offered.WaitForRemoteAsync(cancellationToken).ConfigureAwait(false);
            return offered;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ConnectTime);
        try
        {
            return await link.ConnectAsync(service, options, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string services = string.Join(", ", found.Link.Channels.Select(channel => channel.Name).Distinct());
            throw new ServiceFailedException(FormattableString.Invariant(
                $"{found.Selector} has not announced '{service}' within {ConnectTime.TotalSeconds} s; ")
                + (services.Length > 0 ? $"it announced {services}" : "it announced nothing")
                + $"; an address does without: {found.Selector}/@ADDRESS");
        }
    }
}
