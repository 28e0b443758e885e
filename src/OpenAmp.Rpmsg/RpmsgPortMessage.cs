// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What a port received; the payload is in the buffer that was given.</summary>
/// <param name="LengthBytes">Length of the payload, in bytes; it may be 0.</param>
/// <param name="Source">The sender's address, or <see cref="RpmsgAddress.Any"/> when the carrier does not tell.</param>
public readonly record struct RpmsgPortMessage(int LengthBytes, uint Source);
