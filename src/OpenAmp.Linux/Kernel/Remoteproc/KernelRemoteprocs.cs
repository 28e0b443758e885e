// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>The remote processors that the kernel has: <c>/sys/class/remoteproc</c>.</summary>
/// <remarks>Everything is read when asked for; nothing is opened for writing, and no processor notices.</remarks>
public static class KernelRemoteprocs
{
    /// <summary>All of them.</summary>
    /// <param name="root">Where the kernel shows its devices; <see langword="null"/> for this machine.</param>
    /// <returns>One for each, by name; empty when the kernel has none, or no remoteproc at all. One that is removed
    /// while it is read is left out.</returns>
    /// <exception cref="IOException">The kernel's directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<KernelRemoteprocDescription> List(KernelRoot? root = null)
    {
        root ??= KernelRoot.Machine;
        return [.. RemoteprocNode.FindAll(root)
            .Select(node => node.TryDescribe())
            .OfType<KernelRemoteprocDescription>()
            .OrderBy(info => info.Name, StringComparer.Ordinal)
            .ThenBy(info => info.Node, StringComparer.Ordinal)];
    }

    /// <summary>The one that a selector fits.</summary>
    /// <param name="root">Where the kernel shows its devices; <see langword="null"/> for this machine.</param>
    /// <param name="selector">Which.</param>
    /// <returns>What the kernel says of it.</returns>
    /// <exception cref="KernelRemoteprocException">It fits none, or several: the message names what there is.
    /// </exception>
    /// <exception cref="IOException">The kernel's directory cannot be read.</exception>
    public static KernelRemoteprocDescription Find(KernelRoot? root, KernelRemoteprocSelector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        root ??= KernelRoot.Machine;
        IReadOnlyList<KernelRemoteprocDescription> all = List(root);
        KernelRemoteprocDescription[] fitting = [.. all.Where(selector.Matches)];
        return fitting switch
        {
            [KernelRemoteprocDescription one] => one,
            [] => throw new KernelRemoteprocException($"No remote processor fits {selector}. " + Describe(root, all)),
            _ => throw new KernelRemoteprocException($"{fitting.Length} remote processors fit {selector}: "
                + $"{string.Join("; ", fitting.Select(info => info.ToString()))}. "
                + "Select by device-tree node or device."),
        };
    }

    private static string Describe(KernelRoot root, IReadOnlyList<KernelRemoteprocDescription> all)
        => all.Count > 0 ? $"There are: {string.Join("; ", all.Select(info => info.ToString()))}."
            : Directory.Exists(root.At(RemoteprocNode.ClassPath))
                ? "The kernel has remoteproc, but no driver has registered a processor: is its module loaded, and its "
                    + "node in the device tree enabled? See 'openamp doctor'."
                : $"There is no {root.At(RemoteprocNode.ClassPath)}: the kernel has no remoteproc "
                    + "(CONFIG_REMOTEPROC), or /sys is not mounted. See 'openamp doctor'.";
}
