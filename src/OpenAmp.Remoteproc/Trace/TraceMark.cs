// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Something that happened between two bytes of trace.</summary>
/// <param name="Flags">What is told with the next line.</param>
/// <param name="LostBytes">Bytes that are missing here.</param>
/// <param name="LostLines">Newlines among them.</param>
/// <param name="BreaksLine">Whether the text before and after it are not one line.</param>
internal readonly record struct TraceMark(
    TraceLineFlags Flags,
    ulong LostBytes = 0,
    ulong LostLines = 0,
    bool BreaksLine = true);
