// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Memory;

namespace OpenAmp.Linux.Tests;

/// <summary>Shared memory as a span and its first word, for asserts.</summary>
internal static unsafe class Bytes
{
    internal static Span<byte> Of(SharedRegion region) => new(region.Start, (int)region.LengthBytes);

    internal static ref int WordOf(SharedRegion region) => ref Unsafe.AsRef<int>(region.Start);
}
