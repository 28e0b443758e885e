// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg.Tests;

/// <summary>A message that a bare peer took, and whose buffer it may still have.</summary>
internal sealed record BareMessage(RpmsgBuffer Buffer, uint Source, uint Destination, byte[] Payload);
