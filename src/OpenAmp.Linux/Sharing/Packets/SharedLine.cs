// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>A line of trace, as a packet tells it.</summary>
internal sealed record SharedLine(
    DateTimeOffset At,
    string Text,
    TraceLineFlags Flags,
    ulong LostBytes,
    ulong LostLines);
