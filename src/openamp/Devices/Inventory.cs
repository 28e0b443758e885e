// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Devices;

/// <summary>Reads which processors and links there are, whoever has them.</summary>
internal static class Inventory
{
    /// <summary>Looks at the kernel's and, below this machine's own root, at those that programs share.</summary>
    /// <exception cref="IOException">A directory cannot be read, or that of what is shared is not to be trusted.
    /// </exception>
    public static async ValueTask<InventoryReport> ReadAsync(
        string command, KernelRoot root, CancellationToken cancellationToken)
    {
        var (processors, links) = KernelInventory.Read(root);
        var allProcessors = new List<ProcessorReport>(processors);
        var allLinks = new List<LinkReport>(links);
        if (ProcessorSource.IsMachine(root))
        {
            foreach (SharedProcessorEntry entry in SharedProcessors.List())
            {
                allProcessors.Add(await ReadAsync(entry, cancellationToken).ConfigureAwait(false));
            }

            foreach (SharedLinkEntry entry in SharedLinks.List())
            {
                allLinks.Add(await ReadAsync(entry, cancellationToken).ConfigureAwait(false));
            }
        }

        return new InventoryReport(command, allProcessors, allLinks, new RunOutcome(RunResult.Ok).Word);
    }

    private static async ValueTask<ProcessorReport> ReadAsync(
        SharedProcessorEntry entry, CancellationToken cancellationToken)
    {
        SharedDescription? told = await TryAskAsync(entry.SocketPath, cancellationToken).ConfigureAwait(false);
        return new ProcessorReport
        {
            Origin = Origins.Shared,
            Name = SafeText.Of(entry.Name),
            Device = entry.ProcessId.ToString(CultureInfo.InvariantCulture),
            State = told is null ? "no answer" : $"{told.State}".ToLowerInvariant(),
            Firmware = told?.FirmwareFormat is { } format ? SafeText.Of(format) : null,
            Program = told is null ? null : SafeText.Of(told.Program),
            Links = [.. (told?.Links ?? []).Select(link => Report(link, told))],
        };
    }

    private static async ValueTask<LinkReport> ReadAsync(SharedLinkEntry entry, CancellationToken cancellationToken)
    {
        SharedDescription? told = await TryAskAsync(entry.SocketPath, cancellationToken).ConfigureAwait(false);
        LinkReport? link = told?.Links.Select(link => Report(link, told)).FirstOrDefault();
        return link is not null ? link with { Name = SafeText.Of(entry.Name) } : new LinkReport
        {
            Origin = Origins.Shared,
            Name = SafeText.Of(entry.Name),
            State = "no answer",
            Path = entry.SocketPath,
            Channels = [],
            Endpoints = [],
        };
    }

    // A program that ends while it is asked, or that does not answer, is worth a line and not an error.
    private static async ValueTask<SharedDescription?> TryAskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SharedDescription.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            return null;
        }
    }

    private static LinkReport Report(SharedLinkDescription link, SharedDescription? told) => new()
    {
        Origin = Origins.Shared,
        Name = SafeText.Of(link.Name),
        Processor = told?.State is null ? null : SafeText.Of(told.Name),
        State = "up",
        Path = told?.SocketPath,
        Channels =
        [
            .. link.Services.Select(service => new ChannelReport
            {
                Name = SafeText.Of(service.Name),
                Device = SafeText.Of(link.Name),
                Destination = AddressOf(service.Address),
                Driver = service.IsTaken ? "endpoint" : null,
            }),
        ],
        Endpoints =
        [
            .. link.Endpoints.Select(endpoint => new EndpointReport
            {
                Name = SafeText.Of(endpoint.Name ?? ""),
                State = "open",
                Source = AddressOf(endpoint.LocalAddress),
                Destination = AddressOf(endpoint.RemoteAddress),
            }),
        ],
    };

    private static string? AddressOf(uint address) => address == RpmsgAddress.Any ? null : Quantity.Hex(address);
}
