// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Who has a processor or a link; the words that stand before a colon in a selector.</summary>
internal static class Origins
{
    /// <summary>The kernel of this machine.</summary>
    public const string Kernel = "kernel";

    /// <summary>A program that shares it on a local socket.</summary>
    public const string Shared = "shared";
}
