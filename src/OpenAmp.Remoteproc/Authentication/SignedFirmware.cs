// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OpenAmp.Remoteproc;

/// <summary>The parts of a signed firmware file of the OP-TEE remoteproc format, version 1.</summary>
/// <remarks>
/// <para>Holding one proves that the file is well formed: lengths, paddings and types are as the format wants them. It
/// proves nothing about who made it: that is what <see cref="OpteeFirmwareVerifier"/> is for.</para>
/// <para>Layout, all words 32-bit little-endian: header {magic, version, TLV bytes, signature bytes, image bytes},
/// TLVs,
/// signature, images; the TLVs, the signature and each image are padded to 8 bytes. The signature covers the header and
/// the TLVs.</para>
/// <para>Immutable, but a view: it stays true only while nobody writes to the memory it was parsed from.</para>
/// </remarks>
public sealed class SignedFirmware
{
    /// <summary>The first word of every file, 0x3543A468.</summary>
    public const uint Magic = 0x3543A468;

    /// <summary>The version that is read and written.</summary>
    public const uint FormatVersion = 1;

    /// <summary>The header's size: five words.</summary>
    public const int HeaderSizeBytes = 20;

    /// <summary>What TLVs, signature and images are padded to.</summary>
    public const int AlignmentBytes = 8;

    /// <summary>The most TLVs that a file may hold.</summary>
    public const int MaximumTlvCount = 1024;

    internal SignedFirmware(
        ReadOnlyMemory<byte> file, int signatureOffsetBytes, int signatureBytes, IReadOnlyList<FirmwareTlv> tlvs)
    {
        File = file;
        SignatureOffsetBytes = signatureOffsetBytes;
        Signature = file.Slice(signatureOffsetBytes, signatureBytes);
        Tlvs = tlvs;
    }

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> File { get; }

    /// <summary>What the signature covers: the header and the TLVs.</summary>
    public ReadOnlyMemory<byte> SignedContent => File[..SignatureOffsetBytes];

    /// <summary>Where the signature begins, in bytes from the start of the file.</summary>
    public int SignatureOffsetBytes { get; }

    /// <summary>The signature, without its padding.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>How the file is signed.</summary>
    public required FirmwareSignatureType SignatureType { get; init; }

    /// <summary>How its segments are hashed.</summary>
    public required FirmwareHashType HashType { get; init; }

    /// <summary>All TLVs, in the order of the file, no type twice.</summary>
    public IReadOnlyList<FirmwareTlv> Tlvs { get; }

    /// <summary>The entries of the hash table for 32-bit images, then those for 64-bit images.</summary>
    public required IReadOnlyList<FirmwareHashEntry> HashTable { get; init; }

    /// <summary>The images, in the order in which they are loaded; at least one.</summary>
    public required IReadOnlyList<SignedFirmwareImage> Images { get; init; }

    /// <summary>SHA-256 of each whole image, or empty when the file carries none.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> ImageDigests { get; init; }

    /// <summary>Tells whether a file begins with the magic number, and so ought to be parsed as signed
    /// firmware.</summary>
    /// <param name="file">The file, or its first bytes.</param>
    public static bool HasMagic(ReadOnlySpan<byte> file) =>
        file.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(file) == Magic;

    /// <summary>Takes a file apart. Memory use is bounded by the file's own size, whatever its lengths say.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="FirmwareAuthenticationException">The file is not well formed; rules SGN001 to SGN017 and
    /// SGN031.
    /// </exception>
    public static SignedFirmware Parse(ReadOnlyMemory<byte> file) => SignedFirmwareReader.Read(file);

    /// <summary>Finds a TLV by its type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="tlv">The TLV.</param>
    /// <returns>False when the file has none of that type.</returns>
    public bool TryFindTlv(FirmwareTlvType type, out FirmwareTlv tlv)
    {
        foreach (FirmwareTlv candidate in Tlvs)
        {
            if (candidate.Type == type)
            {
                tlv = candidate;
                return true;
            }
        }

        tlv = default;
        return false;
    }

    /// <summary>SHA-256 of what the signature covers: what to know a release by.</summary>
    /// <remarks>Not the signature, nor the hash of the file: whoever holds an ECDSA signature (r, s) can write (r, n -
    /// s),
    /// which is as valid.</remarks>
    [SuppressMessage("Design", "CA1024", Justification = "It hashes at each call.")]
    public byte[] GetContentDigest() => SHA256.HashData(SignedContent.Span);
}
