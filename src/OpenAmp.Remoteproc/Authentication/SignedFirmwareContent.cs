// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Elf;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>Reads what the TLVs of a signed firmware file say: types, images, hash tables, digests.</summary>
internal static class SignedFirmwareContent
{
    private const byte ElfImageType = 1;

    /// <summary>What the values of this project's own TLVs begin with: another platform may use the same types.
    /// </summary>
    internal static ReadOnlySpan<byte> OwnMark => "OpenAMP1"u8;

    internal static SignedFirmware Read(
        ReadOnlyMemory<byte> file, int signatureOffset, int signatureBytes, int imageOffset, List<FirmwareTlv> tlvs)
    {
        FirmwareTlv signatureType = Require(tlvs, FirmwareTlvType.SignatureType, 1, signatureOffset);
        FirmwareTlv hashType = Require(tlvs, FirmwareTlvType.HashType, 1, signatureOffset);
        CheckSignatureType(signatureType);
        CheckHashType(hashType);
        List<SignedFirmwareImage> images = ReadImages(file, imageOffset, signatureOffset, tlvs);
        return new SignedFirmware(file, signatureOffset, signatureBytes, tlvs)
        {
            SignatureType = (FirmwareSignatureType)signatureType.Value.Span[0],
            HashType = (FirmwareHashType)hashType.Value.Span[0],
            Images = images,
            HashTable = ReadHashTable(tlvs),
            ImageDigests = ReadDigests(tlvs, images.Count),
        };
    }

    private static void CheckSignatureType(FirmwareTlv tlv)
    {
        byte type = tlv.Value.Span[0];
        if ((FirmwareSignatureType)type
            is not (FirmwareSignatureType.RsaPkcs1Sha256 or FirmwareSignatureType.EcdsaP256Sha256))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.SignatureType, tlv.ValueOffsetBytes,
                "signature type 1 (RSA PKCS#1 v1.5 SHA-256) or 2 (ECDSA P-256 SHA-256)",
                Invariant($"type {type}"));
        }
    }

    private static void CheckHashType(FirmwareTlv tlv)
    {
        byte type = tlv.Value.Span[0];
        if ((FirmwareHashType)type != FirmwareHashType.Sha256)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.HashType, tlv.ValueOffsetBytes, "hash type 1 (SHA-256)",
                Invariant($"type {type}"));
        }
    }

    private static List<SignedFirmwareImage> ReadImages(
        ReadOnlyMemory<byte> file, int imageOffset, int signatureOffset, List<FirmwareTlv> tlvs)
    {
        FirmwareTlv countTlv = Require(tlvs, FirmwareTlvType.ImageCount, 1, signatureOffset);
        int count = countTlv.Value.Span[0];
        if (count == 0)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.ImageSizes, countTlv.ValueOffsetBytes, "at least one image", "none");
        }

        FirmwareTlv types = Require(tlvs, FirmwareTlvType.ImageTypes, count, signatureOffset);
        FirmwareTlv sizes = Require(tlvs, FirmwareTlvType.ImageSizes, count * sizeof(uint), signatureOffset);
        var images = new List<SignedFirmwareImage>(count);
        int offset = imageOffset;
        for (int index = 0; index < count; index++)
        {
            CheckImageType(types, index);
            int sizeOffset = index * sizeof(uint);
            uint sizeBytes = SignedFirmwareReader.Word(sizes.Value.Span, sizeOffset);
            CheckImageSize(sizes.ValueOffsetBytes + sizeOffset, index, sizeBytes, file.Length - offset);
            images.Add(new SignedFirmwareImage(index, offset, file.Slice(offset, (int)sizeBytes)));
            offset += (int)sizeBytes;
        }

        if (offset != file.Length)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.ImageSizes, sizes.ValueOffsetBytes,
                Invariant($"sizes that add up to the image area, {file.Length - imageOffset} bytes"),
                Invariant($"{offset - imageOffset} bytes"));
        }

        return images;
    }

    private static void CheckImageType(FirmwareTlv types, int index)
    {
        byte type = types.Value.Span[index];
        if (type != ElfImageType)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.ImageType, types.ValueOffsetBytes + index, "image type 1 (ELF)",
                Invariant($"type {type} for image {index}"));
        }
    }

    private static void CheckImageSize(int offset, int index, uint sizeBytes, int roomBytes)
    {
        if (sizeBytes == 0 || sizeBytes % SignedFirmware.AlignmentBytes != 0 || sizeBytes > roomBytes)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.ImageSizes, offset,
                Invariant($"a multiple of 8, at least 8 and at most the {roomBytes} bytes that are left"),
                Invariant($"{sizeBytes} bytes for image {index}"));
        }
    }

    private static List<FirmwareHashEntry> ReadHashTable(List<FirmwareTlv> tlvs)
    {
        var table = new List<FirmwareHashEntry>();
        if (TryFind(tlvs, FirmwareTlvType.HashTable, out FirmwareTlv narrow))
        {
            AddEntries(table, ElfClass.Elf32, narrow, 0);
        }

        if (TryFind(tlvs, FirmwareTlvType.HashTable64, out FirmwareTlv wide) && HasOwnMark(wide))
        {
            AddEntries(table, ElfClass.Elf64, wide, OwnMark.Length);
        }

        return table;
    }

    private static void AddEntries(List<FirmwareHashEntry> table, ElfClass elfClass, FirmwareTlv tlv, int skipBytes)
    {
        int entryBytes = FirmwareHashEntry.SizeOf(elfClass);
        int tableBytes = tlv.Value.Length - skipBytes;
        if (tableBytes == 0 || tableBytes % entryBytes != 0)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.TlvLength, tlv.OffsetBytes + sizeof(uint),
                Invariant($"{tlv.Name} to hold whole entries of {entryBytes} bytes, at least one"),
                Invariant($"{tableBytes} bytes"));
        }

        for (int offset = skipBytes; offset < tlv.Value.Length; offset += entryBytes)
        {
            table.Add(FirmwareHashEntry.Read(
                elfClass, tlv.Value.Slice(offset, entryBytes), tlv.ValueOffsetBytes + offset));
        }
    }

    private static List<ReadOnlyMemory<byte>> ReadDigests(List<FirmwareTlv> tlvs, int imageCount)
    {
        var digests = new List<ReadOnlyMemory<byte>>();
        if (!TryFind(tlvs, FirmwareTlvType.ImageDigests, out FirmwareTlv tlv) || !HasOwnMark(tlv))
        {
            return digests;
        }

        CheckLength(tlv, OwnMark.Length + (imageCount * FirmwareHashEntry.HashSizeBytes));
        for (int index = 0; index < imageCount; index++)
        {
            int offset = OwnMark.Length + (index * FirmwareHashEntry.HashSizeBytes);
            digests.Add(tlv.Value.Slice(offset, FirmwareHashEntry.HashSizeBytes));
        }

        return digests;
    }

    private static bool HasOwnMark(FirmwareTlv tlv) => tlv.Value.Span.StartsWith(OwnMark);

    private static FirmwareTlv Require(
        List<FirmwareTlv> tlvs, FirmwareTlvType type, int lengthBytes, int areaEnd)
    {
        if (!TryFind(tlvs, type, out FirmwareTlv tlv))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.TlvPresent, areaEnd,
                Invariant($"TLV {FirmwareTlv.NameOf(type)}"), "none in the TLV area");
        }

        CheckLength(tlv, lengthBytes);
        return tlv;
    }

    private static void CheckLength(FirmwareTlv tlv, int lengthBytes)
    {
        if (tlv.Value.Length != lengthBytes)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.TlvLength, tlv.OffsetBytes + sizeof(uint),
                Invariant($"{tlv.Name} to have {lengthBytes} bytes"),
                Invariant($"{tlv.Value.Length} bytes"));
        }
    }

    private static bool TryFind(List<FirmwareTlv> tlvs, FirmwareTlvType type, out FirmwareTlv found)
    {
        foreach (FirmwareTlv tlv in tlvs)
        {
            if (tlv.Type == type)
            {
                found = tlv;
                return true;
            }
        }

        found = default;
        return false;
    }
}
