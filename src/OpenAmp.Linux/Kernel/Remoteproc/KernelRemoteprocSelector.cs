// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Linux;

/// <summary>Which of the kernel's remote processors is meant: what is given must all fit.</summary>
/// <remarks>Never the number in <c>remoteproc0</c>: it follows the order in which drivers came up, and changes from
/// boot to boot. A selector that fits several is an error that names them.</remarks>
public sealed record KernelRemoteprocSelector
{
    /// <summary>The name that its driver gave it: the attribute <c>name</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Its node in the device tree: the whole path (<c>/soc/m4@10000000</c>), or the end of it
    /// (<c>m4@10000000</c>).</summary>
    public string? DeviceTreeNode { get; init; }

    /// <summary>The device that its driver drives, as sysfs names it (<c>10000000.m4</c>).</summary>
    public string? Device { get; init; }

    /// <summary>The processor of a name.</summary>
    /// <param name="name">The attribute <c>name</c>.</param>
    /// <returns>The selector.</returns>
    public static KernelRemoteprocSelector ByName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new KernelRemoteprocSelector { Name = name };
    }

    /// <summary>Reads what a person wrote: a path that begins with a slash, or something with an at sign, is a node of
    /// the device tree; everything else a name.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The selector.</returns>
    /// <exception cref="FormatException">It is empty, or a number or a device such as <c>remoteproc0</c>, which change
    /// between boots.</exception>
    public static KernelRemoteprocSelector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        string digits = trimmed.StartsWith(RemoteprocNode.Prefix, StringComparison.Ordinal)
            ? trimmed[RemoteprocNode.Prefix.Length..] : trimmed;
        if (trimmed.Length == 0 || (digits.Length > 0 && long.TryParse(digits, out _)))
        {
            throw new FormatException($"\"{text}\" names no processor: the number in remoteprocN changes between "
                + "boots. Give its name, or its device-tree node; 'openamp remoteproc list' shows both.");
        }

        return trimmed.Contains('/', StringComparison.Ordinal) || trimmed.Contains('@', StringComparison.Ordinal)
            ? new KernelRemoteprocSelector { DeviceTreeNode = trimmed }
            : ByName(trimmed);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> parts = [];
        Add("name", Name);
        Add("device-tree node", DeviceTreeNode);
        Add("device", Device);
        return parts.Count == 0 ? "any" : string.Join(" and ", parts);

        void Add(string what, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{what} '{value}'");
            }
        }
    }

    /// <summary>Whether it fits a processor.</summary>
    internal bool Matches(KernelRemoteprocDescription info)
        => (Name is null || Name == info.Name)
            && (Device is null || Device == info.Device)
            && (DeviceTreeNode is null || IsNode(DeviceTreeNode, info.DeviceTreeNode));

    // The whole path, or whole components at its end.
    private static bool IsNode(string wanted, string? node)
        => node is not null && (node == wanted
            || (!wanted.StartsWith('/') && node.EndsWith('/' + wanted, StringComparison.Ordinal)));
}
