// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Memory;

namespace OpenAmp.Rpmsg;

/// <summary>A service name: up to 31 bytes, then zeros to 32 (RPMSG_NAME_SIZE).</summary>
/// <remarks>Whatever followed the first zero on the wire is gone: the C library leaves stack bytes there.</remarks>
[InlineArray(SizeBytes)]
public struct RpmsgName
{
    /// <summary>Size of the field on the wire, in bytes, the terminating zero included.</summary>
    public const int SizeBytes = 32;

    private byte _first;

    /// <summary>Bytes before the first zero.</summary>
    public readonly int LengthBytes => NulTerminated.LengthOf(this);

    /// <summary>Makes a name from text in UTF-8 or from a field of the wire.</summary>
    /// <param name="bytes">The name; it ends at the first zero or with the span.</param>
    /// <param name="name">The name.</param>
    /// <returns><see langword="false"/> when no zero would fit behind it.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out RpmsgName name)
    {
        name = default;
        return NulTerminated.TryCopy(bytes, name);
    }

    /// <summary>Whether two names are the same, byte for byte.</summary>
    /// <param name="other">The other name.</param>
    /// <returns><see langword="true"/> when they are.</returns>
    public readonly bool IsSameAs(in RpmsgName other) => NulTerminated.AreEqual(this, other);
}
