// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAmp.Rpmsg;

/// <summary>A message that was received and whose header was copied and checked.</summary>
/// <remarks>
/// <para>To hold one is to know that the payload's whole length lies in its buffer. It does not tell that the payload
/// stays as it is: the peer can still write there. Copy what decisions depend on.</para>
/// <para>A plain value: whoever holds it gives the buffer back once.</para>
/// </remarks>
public unsafe struct RpmsgDelivery
{
    // Filled in where it lies: a structure of this size that is built elsewhere is copied.
    private RpmsgBuffer _buffer;

    /// <summary>The buffer the message lies in.</summary>
    public readonly RpmsgBuffer Buffer => _buffer;

    /// <summary>Whether there is a buffer to give back.</summary>
    public bool HoldsBuffer { readonly get; internal set; }

    /// <summary>Address of the sender.</summary>
    public uint Source { readonly get; internal set; }

    /// <summary>Address it was sent to.</summary>
    public uint Destination { readonly get; internal set; }

    /// <summary>Length of the payload, in bytes.</summary>
    public ushort LengthBytes { readonly get; internal set; }

    /// <summary>The payload, where it lies in shared memory.</summary>
    public readonly ReadOnlySpan<byte> Payload
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // SAFETY: the receiver found the whole length inside the buffer. Unlike a span's constructor, this does not
        // look whether an unsigned number is negative.
        get => MemoryMarshal.CreateReadOnlySpan(ref *_buffer.Payload, LengthBytes);
    }

    /// <summary>The buffer's place.</summary>
    [UnscopedRef]
    internal ref RpmsgBuffer BufferPlace => ref _buffer;
}
