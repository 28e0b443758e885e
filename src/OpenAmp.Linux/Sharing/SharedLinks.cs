// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>The links that programs of this user share (<see cref="LinkSharing"/>); those of processors are found at
/// their processors.</summary>
public static class SharedLinks
{
    /// <summary>Lists them. Disturbs no program; what dead programs left is removed.</summary>
    /// <param name="directory">Where to look; the directory of <see cref="SharingOptions.Directory"/> when
    /// null.</param>
    /// <returns>Them, by name; none when nothing was ever shared.</returns>
    /// <exception cref="IOException">The directory is not this user's alone; nothing in it is believed.</exception>
    public static IReadOnlyList<SharedLinkEntry> List(string? directory = null)
        => [.. SharedSockets.List(SharingKind.Link, directory)
            .Select(static found => new SharedLinkEntry(found.Name.Name, found.Name.Process, found.Path))];
}
