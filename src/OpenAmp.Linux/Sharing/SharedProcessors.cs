// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>The processors that programs of this user share (<see cref="ProcessorSharing"/>).</summary>
public static class SharedProcessors
{
    /// <summary>Lists them. Disturbs no program; what dead programs left is removed.</summary>
    /// <param name="directory">Where to look; the directory of <see cref="SharingOptions.Directory"/> when
    /// null.</param>
    /// <returns>Them, by name; none when nothing was ever shared.</returns>
    /// <exception cref="IOException">The directory is not this user's alone; nothing in it is believed.</exception>
    public static IReadOnlyList<SharedProcessorEntry> List(string? directory = null)
        => [.. SharedSockets.List(SharingKind.Processor, directory)
            .Select(static found => new SharedProcessorEntry(found.Name.Name, found.Name.Process, found.Path))];
}
