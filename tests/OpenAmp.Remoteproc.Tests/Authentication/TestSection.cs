// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc.Tests;

/// <summary>A section that a test wants in its image: a part of a segment's bytes.</summary>
internal sealed record TestSection(string Name, int Segment, int Offset, int Size);
