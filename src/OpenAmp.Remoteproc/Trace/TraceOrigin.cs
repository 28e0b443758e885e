// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Where lines of trace come from.</summary>
/// <param name="Processor">Name of the remote processor.</param>
/// <param name="Buffer">Name of the trace buffer, as in the resource table.</param>
public readonly record struct TraceOrigin(string Processor, string Buffer);
