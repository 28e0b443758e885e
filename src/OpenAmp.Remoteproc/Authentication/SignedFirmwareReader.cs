// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>Takes a signed firmware file apart: header, TLV area, and what the known TLVs say.</summary>
internal static class SignedFirmwareReader
{
    internal const int VersionOffset = 4;
    internal const int TlvLengthOffset = 8;
    internal const int SignatureLengthOffset = 12;
    internal const int ImageLengthOffset = 16;

    internal static SignedFirmware Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        CheckIdentity(bytes);
        uint tlvBytes = Word(bytes, TlvLengthOffset);
        uint signatureBytes = Word(bytes, SignatureLengthOffset);
        uint imageBytes = Word(bytes, ImageLengthOffset);
        CheckLengths(bytes, tlvBytes, signatureBytes, imageBytes);

        // From here on every length is below the file's own, so int holds it.
        int signatureOffset = SignedFirmware.HeaderSizeBytes + (int)tlvBytes;
        int imageOffset = signatureOffset + (int)Padded(signatureBytes);
        CheckPadding(bytes[..imageOffset], signatureOffset + (int)signatureBytes, "the signature's padding");

        List<FirmwareTlv> tlvs = ReadTlvs(file, signatureOffset);
        return SignedFirmwareContent.Read(file, signatureOffset, (int)signatureBytes, imageOffset, tlvs);
    }

    /// <summary>Rounds up to a multiple of 8, in 64 bits: no 32-bit length overflows it.</summary>
    internal static long Padded(long lengthBytes) =>
        (lengthBytes + SignedFirmware.AlignmentBytes - 1) & ~(SignedFirmware.AlignmentBytes - 1L);

    internal static uint Word(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static void CheckIdentity(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\u007fELF"u8))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.Signed, 0, "signed firmware", "a plain ELF image, which nobody signed",
                "Sign it (openamp firmware sign), or load it through a processor that has no trusted key configured.");
        }

        if (bytes.Length < SignedFirmware.HeaderSizeBytes)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.HeaderComplete, bytes.Length, "a header of 20 bytes",
                Invariant($"a file of {bytes.Length} bytes"), "The file is truncated, or is no signed firmware.");
        }

        if (!SignedFirmware.HasMagic(bytes))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.Magic, 0, Invariant($"the magic number 0x{SignedFirmware.Magic:x8}"),
                Invariant($"0x{Word(bytes, 0):x8}"), "The file is no signed firmware of the OP-TEE remoteproc format.");
        }

        if (Word(bytes, VersionOffset) != SignedFirmware.FormatVersion)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.Version, VersionOffset, Invariant($"version {SignedFirmware.FormatVersion}"),
                Invariant($"version {Word(bytes, VersionOffset)}"), "Sign the image again with a matching tool.");
        }
    }

    private static void CheckLengths(ReadOnlySpan<byte> bytes, uint tlvBytes, uint signatureBytes, uint imageBytes)
    {
        long total = SignedFirmware.HeaderSizeBytes + Padded(tlvBytes) + Padded(signatureBytes) + Padded(imageBytes);
        if (total != bytes.Length)
        {
            EarlyLayout.ThrowIfRecognized(bytes);
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.Lengths, TlvLengthOffset,
                Invariant($"a file of {total} bytes (20 of header, {tlvBytes} of TLVs, {signatureBytes} of signature, ")
                    + Invariant($"{imageBytes} of images, each padded to 8)"),
                Invariant($"a file of {bytes.Length} bytes"),
                total > bytes.Length ? "The file is truncated or altered." : "Something follows the last image.");
        }

        CheckArea(tlvBytes, TlvLengthOffset, "TLV");
        CheckArea(imageBytes, ImageLengthOffset, "image");
        if (signatureBytes == 0)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.SignatureLength, SignatureLengthOffset, "a signature", "a length of 0");
        }
    }

    private static void CheckArea(uint lengthBytes, int offset, string name)
    {
        if (lengthBytes == 0 || lengthBytes % SignedFirmware.AlignmentBytes != 0)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.AreaAlignment, offset, Invariant($"a {name} area of 8, 16, 24… bytes"),
                Invariant($"{lengthBytes} bytes"));
        }
    }

    private static void CheckPadding(ReadOnlySpan<byte> area, int offset, string name)
    {
        int position = area[offset..].IndexOfAnyExcept((byte)0);
        if (position >= 0)
        {
            // Padding carries nothing, so whatever stands there was put there by somebody else than a signer.
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.Padding, offset + position, Invariant($"zero in {name}"),
                Invariant($"0x{area[offset + position]:x2}"));
        }
    }

    private static List<FirmwareTlv> ReadTlvs(ReadOnlyMemory<byte> file, int areaEnd)
    {
        var tlvs = new List<FirmwareTlv>();
        var seen = new HashSet<FirmwareTlvType>();
        ReadOnlySpan<byte> area = file.Span[..areaEnd];
        int offset = SignedFirmware.HeaderSizeBytes;
        while (offset < areaEnd)
        {
            FirmwareTlv tlv = ReadTlv(file, area, offset);
            if (!seen.Add(tlv.Type))
            {
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.TlvUnique, offset, Invariant($"one TLV {tlv.Name}"), "a second one",
                    "Readers would differ about which of them counts.");
            }

            if (tlvs.Count == SignedFirmware.MaximumTlvCount)
            {
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.Limit, offset,
                    Invariant($"at most {SignedFirmware.MaximumTlvCount} TLVs"), "more");
            }

            tlvs.Add(tlv);
            int valueEnd = tlv.ValueOffsetBytes + tlv.Value.Length;
            offset = tlv.ValueOffsetBytes + (int)Padded(tlv.Value.Length);
            CheckPadding(area[..offset], valueEnd, Invariant($"the padding of TLV {tlv.Name}"));
        }

        return tlvs;
    }

    private static FirmwareTlv ReadTlv(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> area, int offset)
    {
        // The area is a multiple of 8 and so is each step, so type and length always lie within it.
        var type = (FirmwareTlvType)Word(area, offset);
        uint lengthBytes = Word(area, offset + sizeof(uint));
        int room = area.Length - offset - FirmwareTlv.HeadSizeBytes;
        if (lengthBytes > room)
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.TlvBounds, offset + sizeof(uint),
                Invariant($"TLV {FirmwareTlv.NameOf(type)} to end within the TLV area, {room} bytes on"),
                Invariant($"a length of {lengthBytes} bytes"));
        }

        return new FirmwareTlv(type, offset, file.Slice(offset + FirmwareTlv.HeadSizeBytes, (int)lengthBytes));
    }
}
