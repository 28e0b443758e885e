// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Remoteproc;

/// <summary>Recognizes the layouts that signing scripts wrote before the format was settled, to name them.</summary>
/// <remarks>They bear the same magic number and version as the settled one, so they are looked for only when its
/// lengths do not add up.</remarks>
internal static class EarlyLayout
{
    private const int SmallHeaderBytes = 24;
    private const int LargeHeaderBytes = 56;
    private const ushort TrailerMagic = 0x6907;
    private const string Advice =
        "Vendor releases of 2021 to 2023 wrote it. Sign the ELF image again with a current tool.";

    internal static void ThrowIfRecognized(ReadOnlySpan<byte> file)
    {
        if (IsLargeHeader(file))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.NotEarlyLayout56, SignedFirmwareReader.TlvLengthOffset,
                "a header of 20 bytes", "the early layout whose header has 56 bytes and holds offsets", Advice);
        }

        if (IsSmallHeader(file))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.NotEarlyLayout24, SignedFirmwareReader.TlvLengthOffset,
                "a header of 20 bytes",
                "the early layout whose header has 24 bytes, with 16-bit TLVs in a trailer behind the image", Advice);
        }
    }

    // {magic, version, signature, image, TLVs, platform TLVs}, then signature, image, 1 to 8 bytes of padding, and
    // a trailer that has a magic number of its own.
    private static bool IsSmallHeader(ReadOnlySpan<byte> file)
    {
        if (file.Length < SmallHeaderBytes)
        {
            return false;
        }

        long trailer = SmallHeaderBytes
            + (long)SignedFirmwareReader.Word(file, 8)
            + SignedFirmwareReader.Word(file, 12);
        for (long padding = 0; padding <= SignedFirmware.AlignmentBytes; padding++)
        {
            if (trailer + padding + sizeof(ushort) <= file.Length
                && BinaryPrimitives.ReadUInt16LittleEndian(file[(int)(trailer + padding)..]) == TrailerMagic)
            {
                return true;
            }
        }

        return false;
    }

    // {magic, version, header, signature length, offset, type, segment table length, offset, type, key length, offset,
    // image length, offset, type}: the header's length counts the chunks, and the image follows it.
    private static bool IsLargeHeader(ReadOnlySpan<byte> file)
    {
        if (file.Length < LargeHeaderBytes)
        {
            return false;
        }

        long headerBytes = SignedFirmwareReader.Word(file, 8);
        long signatureEnd = (long)SignedFirmwareReader.Word(file, 16) + SignedFirmwareReader.Word(file, 12);
        uint signatureType = SignedFirmwareReader.Word(file, 20);
        long imageOffset = SignedFirmwareReader.Word(file, 48);
        return signatureType is 1 or 2
            && headerBytes >= LargeHeaderBytes
            && SignedFirmwareReader.Word(file, 16) >= LargeHeaderBytes
            && signatureEnd <= headerBytes
            && imageOffset >= headerBytes
            && imageOffset <= file.Length;
    }
}
