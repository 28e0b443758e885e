// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>An endpoint that was made, as a packet tells it.</summary>
/// <param name="Local">Its address.</param>
/// <param name="MaxPayloadBytes">The longest payload, in bytes; 0 when that is not known yet.</param>
/// <param name="Remote">The peer's, when it is known.</param>
internal sealed record SharedOpening(uint Local, int MaxPayloadBytes, uint? Remote = null);
