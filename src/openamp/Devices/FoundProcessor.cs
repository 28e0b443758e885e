// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;
using OpenAmp.Linux;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Devices;

/// <summary>A processor that a selector named.</summary>
/// <param name="Origin">kernel or shared.</param>
/// <param name="Name">Its name.</param>
/// <param name="Device">What else names it: the kernel's remoteprocN, or the process id of who shares it.</param>
internal sealed record FoundProcessor(string Origin, string Name, string Device)
{
    /// <summary>What the kernel says of it.</summary>
    public KernelRemoteprocDescription? Kernel { get; init; }

    /// <summary>Where a program shares it.</summary>
    public SharedProcessorEntry? Shared { get; init; }

    /// <summary>What names it and no other.</summary>
    public string Selector => $"{Origin}:{Name}";

    public static FoundProcessor Of(KernelRemoteprocDescription info)
        => new(Origins.Kernel, info.Name, info.Node) { Kernel = info };

    public static FoundProcessor Of(SharedProcessorEntry entry)
        => new(Origins.Shared, entry.Name, entry.ProcessId.ToString(CultureInfo.InvariantCulture)) { Shared = entry };
}
