// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Devices;

/// <summary>How people name a processor or a link: by its name, with kernel: or shared: before it when two have the
/// same, or by the kernel's name of its device.</summary>
internal static class Selector
{
    /// <summary>Whether a selector names this one; nothing was asked for and everything fits when it is
    /// <see langword="null"/>.</summary>
    public static bool Fits(string? selector, string origin, string name, string device)
    {
        if (selector is null)
        {
            return true;
        }

        string prefix = origin + ":";
        string rest = selector.StartsWith(prefix, StringComparison.Ordinal) ? selector[prefix.Length..] : selector;
        return rest == name || rest == device;
    }
}
