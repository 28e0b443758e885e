// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>The name field of an entry: 32 bytes, of which those before the first NUL count.</summary>
/// <remarks>
/// <para>The bytes after the NUL are whatever the writer's memory held, so two fields are compared by
/// <see cref="Matches"/>, never as 32 bytes. A field without any NUL is a 32-byte name:
/// <see cref="IsTerminated"/> reports it, and nothing reads past it.</para>
/// <para>The encoding is not said anywhere; it is ASCII in practice.</para>
/// </remarks>
[InlineArray(SizeBytes)]
public struct ResourceName
{
    /// <summary>Size of the field, in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>Longest name that leaves room for its NUL, in bytes.</summary>
    public const int MaxLengthBytes = SizeBytes - 1;

    private byte _first;

    /// <summary>Length of the name without its NUL, in bytes: 0 to <see cref="SizeBytes"/>.</summary>
    public readonly int LengthBytes => NulTerminated.LengthOf(this);

    /// <summary>Whether the field holds a NUL. Linux and the C reference write names that do.</summary>
    public readonly bool IsTerminated => LengthBytes < SizeBytes;

    /// <summary>The name without its NUL. Lives as long as the field it was asked of.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Bytes => ((ReadOnlySpan<byte>)this)[..LengthBytes];

    /// <summary>Makes the field from a name, padded with zeros. Allocates nothing.</summary>
    /// <param name="name">The name, without a NUL.</param>
    /// <param name="field">The field, when the name fits.</param>
    /// <returns><see langword="false"/> when the name is longer than <see cref="MaxLengthBytes"/> or holds a
    /// NUL.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> name, out ResourceName field)
    {
        field = default;
        return NulTerminated.LengthOf(name) == name.Length && NulTerminated.TryCopy(name, field);
    }

    /// <summary>Whether the field holds a given name, whatever stands after its NUL.</summary>
    /// <param name="name">The name, without a NUL.</param>
    /// <returns><see langword="true"/> when length and bytes agree.</returns>
    public readonly bool Matches(ReadOnlySpan<byte> name) => NulTerminated.AreEqual(Bytes, name);

    /// <summary>The same name with nothing but zeros after it, so that no stray memory leaves this process.</summary>
    /// <returns>The clean field; a name without a NUL comes back as it is.</returns>
    public readonly ResourceName ZeroPadded()
    {
        ResourceName clean = default;
        Bytes.CopyTo(clean);
        return clean;
    }
}
