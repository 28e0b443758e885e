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
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Devices;

/// <summary>Finds and opens processors that are there already: the kernel's, and those that programs share.</summary>
/// <param name="root">Where the kernel is looked for. Below another root than / nothing is shared.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class ProcessorSource(KernelRoot root, ILogger logger)
{
    /// <summary>All of them, the kernel's first.</summary>
    /// <exception cref="IOException">The kernel's or the sharing directory cannot be read.</exception>
    public IReadOnlyList<FoundProcessor> List() =>
    [
        .. KernelRemoteprocs.List(root).Select(FoundProcessor.Of),
        .. IsMachine(root) ? SharedProcessors.List().Select(FoundProcessor.Of) : [],
    ];

    /// <summary>The one that is meant.</summary>
    /// <param name="selector">NAME, kernel:NAME, shared:NAME, remoteprocN, /dev/remoteprocN or a process id; the only
    /// one when it is <see langword="null"/>.</param>
    /// <exception cref="ServiceFailedException">There is none, or there are several; the message names
    /// them.</exception>
    public FoundProcessor Find(string? selector)
    {
        IReadOnlyList<FoundProcessor> all = List();
        string? wanted = selector?.StartsWith("/dev/", StringComparison.Ordinal) == true ? selector[5..] : selector;
        FoundProcessor[] fitting = [.. all.Where(one => Selector.Fits(wanted, one.Origin, one.Name, one.Device))];
        if (fitting is [FoundProcessor found])
        {
            return found;
        }

        string names = string.Join(", ", all.Select(one => $"{one.Selector} ({one.Device})"));
        throw new ServiceFailedException((all.Count, fitting.Length, selector) switch
        {
            (0, _, _) => "there is no remote processor, neither of the kernel nor shared by a program; openamp doctor "
                + "finds out why, and openamp run FIRMWARE or openamp demo makes one",
            (_, 0, _) => $"there is no processor '{selector}'; there are {names}",
            (_, _, null) => $"there are {all.Count} processors; name one of {names}",
            _ => $"'{selector}' names {fitting.Length} processors; name one of "
                + string.Join(", ", fitting.Select(one => one.Kernel is null ? one.Shared!.SocketPath
                    : $"{one.Selector} ({one.Device})")),
        });
    }

    /// <summary>Opens it: nothing changes by that, and nothing by letting it go.</summary>
    /// <param name="found">Which.</param>
    /// <param name="opensLinks">Whether its RPMsg links are opened too.</param>
    /// <param name="settings">How it is treated when it is the kernel's; <see langword="null"/> leaves the kernel's
    /// settings of recovery and dumps as they are.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RemoteProcessorException">The kernel refuses; the message says why.</exception>
    /// <exception cref="SharingException">The program that shares it refuses.</exception>
    public async ValueTask<RemoteProcessor> OpenAsync(
        FoundProcessor found, bool opensLinks, RemoteProcessorOptions? settings, CancellationToken cancellationToken)
    {
        if (found.Shared is { } shared)
        {
            return await SharedProcessor.OpenAsync(
                new SharedProcessorOptions { Selector = shared.SocketPath, Logger = logger }, cancellationToken)
                .ConfigureAwait(false);
        }

        return await KernelRemoteProcessor.OpenAsync(
            new KernelRemoteProcessorOptions
            {
                Selector = new KernelRemoteprocSelector { Name = found.Name, Device = found.Kernel!.Device },
                Root = root,
                AppliesSettings = settings is not null,
                LeavesRunning = true,
                OpensLinks = opensLinks,
                Processor = (settings ?? new RemoteProcessorOptions()) with { Logger = logger },
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a root is this machine's own.</summary>
    public static bool IsMachine(KernelRoot root) => Path.GetFullPath(root.Path) == "/";
}
