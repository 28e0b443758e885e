// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using OpenAmp.Elf;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>Writes signed firmware of the OP-TEE remoteproc format.</summary>
public static class FirmwareSigner
{
    private const int MaximumImages = byte.MaxValue;

    /// <summary>Signs images, and verifies the outcome before it is handed out.</summary>
    /// <remarks>32-bit images, in either byte order, are listed in the format's own hash table. 64-bit images are
    /// beyond
    /// the format: they are listed in a TLV of this project, and only its verifier accepts them.</remarks>
    /// <param name="images">The ELF images, 1 to 255, in the order in which they are to be loaded.</param>
    /// <param name="key">The private key.</param>
    /// <param name="options">What to add; null for the defaults.</param>
    /// <returns>The whole file.</returns>
    /// <exception cref="ElfException">An image is no well-formed ELF file.</exception>
    /// <exception cref="ArgumentException">There are no images, too many, too large ones, or one is signed already; or
    /// two platform TLVs have one type, or a type outside the platform's range.</exception>
    /// <exception cref="FirmwareAuthenticationException">The verifier would refuse the outcome.</exception>
    public static byte[] Sign(
        IReadOnlyList<ReadOnlyMemory<byte>> images, FirmwareSigningKey key, FirmwareSigningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(key);
        options ??= new FirmwareSigningOptions();
        CheckImages(images);
        CheckPlatformTlvs(options.PlatformTlvs);

        byte[][] padded = [.. images.Select(Pad)];
        byte[] tlvs = WriteTlvs(padded, key.PublicKey.SignatureType, options);
        byte[] file = Assemble(padded, tlvs, key);
        _ = new OpteeFirmwareVerifier([key.PublicKey], new OpteeVerifierOptions { AllowNoEntryPoint = true })
            .VerifyInPlace(file);
        return file;
    }

    private static void CheckImages(IReadOnlyList<ReadOnlyMemory<byte>> images)
    {
        if (images.Count is 0 or > MaximumImages)
        {
            throw new ArgumentException(
                Invariant($"{images.Count} images were given; 1 to {MaximumImages} can be signed."),
                nameof(images));
        }

        if (images.Sum(image => SignedFirmwareReader.Padded(image.Length)) > Array.MaxLength / 2)
        {
            throw new ArgumentException(
                Invariant($"The images have more than {Array.MaxLength / 2} bytes together."),
                nameof(images));
        }

        if (images.Any(image => SignedFirmware.HasMagic(image.Span)))
        {
            throw new ArgumentException(
                "An image is signed firmware already; give the ELF image in it.", nameof(images));
        }
    }

    private static void CheckPlatformTlvs(IReadOnlyList<FirmwarePlatformTlv> tlvs)
    {
        var seen = new HashSet<uint> { (uint)FirmwareTlvType.ImageDigests, (uint)FirmwareTlvType.HashTable64 };
        foreach (FirmwarePlatformTlv tlv in tlvs)
        {
            if (!new FirmwareTlv((FirmwareTlvType)tlv.Type, 0, tlv.Value).IsPlatform || !seen.Add(tlv.Type))
            {
                throw new ArgumentException(Invariant(
                    $"Platform TLV 0x{tlv.Type:x}: types are 0x10000 to 0x1ffff, each once, but 0x1a3d0 and 0x1a3d1."),
                    nameof(tlvs));
            }
        }
    }

    private static byte[] Pad(ReadOnlyMemory<byte> image)
    {
        byte[] padded = new byte[SignedFirmwareReader.Padded(image.Length)];
        image.Span.CopyTo(padded);
        return padded;
    }

    // The order is the upstream script's.
    private static byte[] WriteTlvs(byte[][] images, FirmwareSignatureType type, FirmwareSigningOptions options)
    {
        using var area = new MemoryStream();
        WriteTlv(area, FirmwareTlvType.SignatureType, [(byte)type]);
        WriteTlv(area, FirmwareTlvType.ImageCount, [(byte)images.Length]);
        WriteTlv(area, FirmwareTlvType.ImageTypes, [.. Enumerable.Repeat((byte)1, images.Length)]);
        byte[] sizes = new byte[images.Length * sizeof(uint)];
        for (int index = 0; index < images.Length; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(sizes.AsSpan(index * sizeof(uint)), images[index].Length);
        }

        WriteTlv(area, FirmwareTlvType.ImageSizes, sizes);
        WriteTlv(area, FirmwareTlvType.HashType, [(byte)FirmwareHashType.Sha256]);
        List<FirmwareHashEntry> entries = ListEntries(images);
        WriteHashTable(area, FirmwareTlvType.HashTable, entries, ElfClass.Elf32);
        if (options.KeyInformation is { } information)
        {
            WriteTlv(area, FirmwareTlvType.KeyInformation, information.Span);
        }

        foreach (FirmwarePlatformTlv tlv in options.PlatformTlvs)
        {
            WriteTlv(area, (FirmwareTlvType)tlv.Type, tlv.Value.Span);
        }

        WriteHashTable(area, FirmwareTlvType.HashTable64, entries, ElfClass.Elf64);
        if (options.IncludeImageDigests)
        {
            WriteTlv(area, FirmwareTlvType.ImageDigests,
                [.. SignedFirmwareContent.OwnMark, .. images.SelectMany(SHA256.HashData)]);
        }

        return area.ToArray();
    }

    private static List<FirmwareHashEntry> ListEntries(byte[][] images)
    {
        var entries = new List<FirmwareHashEntry>();
        for (int index = 0; index < images.Length; index++)
        {
            var image = new SignedFirmwareImage(index, 0, images[index]);
            ElfImage elf = ElfImage.Parse(images[index], new ElfImageRequirements { NeedsLoadableSegment = true });
            foreach (ElfSegment segment in elf.Segments)
            {
                byte[] hash = SHA256.HashData(HashTableMatch.FileBytesOf(image, segment));
                entries.Add(FirmwareHashEntry.Of(elf.Header.Class, segment, hash));
            }
        }

        // OP-TEE looks an entry up by its physical address alone, takes the first and refuses it unless it is
        // loadable. A header that is not loaded and stands before a loadable one of the same address (.ARM.exidx that
        // begins a segment) would make the file unloadable there, so it is left out.
        var loadedAfter = new HashSet<(ElfClass, ulong)>();
        for (int index = entries.Count - 1; index >= 0; index--)
        {
            FirmwareHashEntry entry = entries[index];
            if (entry.Type == ElfSegmentType.Load)
            {
                loadedAfter.Add((entry.Class, entry.PhysicalAddress));
            }
            else if (loadedAfter.Contains((entry.Class, entry.PhysicalAddress)))
            {
                entries.RemoveAt(index);
            }
        }

        return entries;
    }

    private static void WriteHashTable(
        MemoryStream area, FirmwareTlvType type, List<FirmwareHashEntry> entries, ElfClass elfClass)
    {
        int entryBytes = FirmwareHashEntry.SizeOf(elfClass);
        ReadOnlySpan<byte> mark = type == FirmwareTlvType.HashTable64 ? SignedFirmwareContent.OwnMark : [];
        int count = entries.Count(entry => entry.Class == elfClass);
        if (count == 0)
        {
            return;
        }

        byte[] table = new byte[mark.Length + (count * entryBytes)];
        mark.CopyTo(table);
        int offset = mark.Length;
        foreach (FirmwareHashEntry entry in entries.Where(entry => entry.Class == elfClass))
        {
            entry.Write(table.AsSpan(offset, entryBytes));
            offset += entryBytes;
        }

        WriteTlv(area, type, table);
    }

    private static void WriteTlv(MemoryStream area, FirmwareTlvType type, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[FirmwareTlv.HeadSizeBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)type);
        BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(uint)..], value.Length);
        area.Write(head);
        area.Write(value);
        area.SetLength(SignedFirmwareReader.Padded(area.Length));
        area.Position = area.Length;
    }

    private static byte[] Assemble(byte[][] images, byte[] tlvs, FirmwareSigningKey key)
    {
        int signatureBytes = key.PublicKey.SignatureSizeBytes;
        int imageBytes = images.Sum(image => image.Length);
        int signatureOffset = SignedFirmware.HeaderSizeBytes + tlvs.Length;
        int imageOffset = signatureOffset + (int)SignedFirmwareReader.Padded(signatureBytes);
        byte[] file = new byte[imageOffset + imageBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(file, SignedFirmware.Magic);
        WriteWord(file, SignedFirmwareReader.VersionOffset, (int)SignedFirmware.FormatVersion);
        WriteWord(file, SignedFirmwareReader.TlvLengthOffset, tlvs.Length);
        WriteWord(file, SignedFirmwareReader.SignatureLengthOffset, signatureBytes);
        WriteWord(file, SignedFirmwareReader.ImageLengthOffset, imageBytes);
        tlvs.CopyTo(file, SignedFirmware.HeaderSizeBytes);
        key.Sign(file.AsSpan(0, signatureOffset)).CopyTo(file, signatureOffset);
        foreach (byte[] image in images)
        {
            image.CopyTo(file, imageOffset);
            imageOffset += image.Length;
        }

        return file;
    }

    private static void WriteWord(byte[] file, int offset, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
}
