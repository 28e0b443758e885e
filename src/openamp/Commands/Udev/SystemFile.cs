// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Commands.Udev;

/// <summary>A file that configures the system.</summary>
/// <param name="Kind">Who reads it, in one word: rules, tmpfiles or sysusers.</param>
/// <param name="Path">Where it belongs: an absolute path.</param>
/// <param name="Text">All of it.</param>
internal sealed record SystemFile(string Kind, string Path, string Text)
{
    /// <summary>What the first line of each of our files holds, and no other file.</summary>
    public const string Mark = "written by 'openamp udev'";
}
