// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>An operation is done, as a packet tells it.</summary>
/// <param name="Outcome">How a stop came to its end.</param>
/// <param name="Changes">How often the processor's state has changed by then.</param>
internal sealed record SharedDone(StopOutcome? Outcome = null, long Changes = 0);
