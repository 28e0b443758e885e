// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A vendor's entry, whose bytes only the vendor's handler understands.</summary>
public sealed class VendorResource : TableResource
{
    internal VendorResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>The vendor's bytes, without the head.</summary>
    public ReadOnlyMemory<byte> Body
        => IsWide
            ? EntryBytes[ResourceItemHead.SizeBytes..]
            : EntryBytes.Slice(VendorEntry.SizeBytes, (int)ReadWord(4));

    /// <summary>Replaces the vendor's bytes, which a handler may do to answer the remote.</summary>
    /// <param name="body">As many bytes as the body has.</param>
    /// <exception cref="ArgumentException">It is longer or shorter than the body.</exception>
    public void SetBody(ReadOnlySpan<byte> body)
    {
        if (body.Length != Body.Length)
        {
            throw new ArgumentException(
                Invariant($"{this} has room for {Body.Length} bytes, no more and no less; {body.Length} were given."),
                nameof(body));
        }

        body.CopyTo(BytesAt((uint)(IsWide ? ResourceItemHead.SizeBytes : VendorEntry.SizeBytes), body.Length));
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Vendor entry {Index} (type {(uint)Type})");
}
