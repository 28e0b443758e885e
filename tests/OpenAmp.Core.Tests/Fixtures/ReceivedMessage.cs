// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Core.Tests;

/// <summary>A message as a handler saw it, copied.</summary>
internal sealed record ReceivedMessage(nint Context, uint Source, uint Destination, byte[] Payload);
