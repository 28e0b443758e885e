// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Writes signed firmware byte by byte from the description of the format, right or wrong as a test wants it,
/// and without the library's own writer.</summary>
internal sealed class OpteeFile
{
    public List<(uint Type, byte[] Value)> Tlvs { get; } = [];

    public List<byte[]> Images { get; } = [];

    public uint Version { get; init; } = 1;

    /// <summary>The file that the upstream script writes for these images: its TLVs in its order.</summary>
    public static OpteeFile AsUpstream(FirmwareSignatureType type, params byte[][] images)
    {
        var file = new OpteeFile();
        file.Images.AddRange(images.Select(PadTo8));
        file.Tlvs.Add((1, [(byte)type]));
        file.Tlvs.Add((3, [(byte)images.Length]));
        file.Tlvs.Add((4, [.. images.Select(_ => (byte)1)]));
        file.Tlvs.Add((5, [.. file.Images.SelectMany(image => Word((uint)image.Length))]));
        file.Tlvs.Add((2, [1]));
        file.Tlvs.Add((0x10, [.. images.SelectMany(image => HashTable(image))]));
        return file;
    }

    /// <summary>One entry per program header of a little-endian 32-bit image: the header as it stands there, and the
    /// hash of the bytes that it names.</summary>
    public static byte[] HashTable(byte[] image, bool loadableOnly = false)
    {
        var table = new List<byte>();
        int start = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(28));
        int count = BinaryPrimitives.ReadInt16LittleEndian(image.AsSpan(44));
        for (int index = 0; index < count; index++)
        {
            byte[] header = image[(start + (index * 32))..(start + (index * 32) + 32)];
            int offset = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
            int size = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16));
            if (!loadableOnly || header[0] == 1)
            {
                table.AddRange(header);
                table.AddRange(SHA256.HashData(image.AsSpan(offset, size)));
            }
        }

        return [.. table];
    }

    public void Replace(uint type, byte[] value) =>
        Tlvs[Tlvs.FindIndex(tlv => tlv.Type == type)] = (type, value);

    public byte[] Value(uint type) => Tlvs.First(tlv => tlv.Type == type).Value;

    /// <summary>Header and TLVs: what gets signed.</summary>
    public byte[] SignedContent(int signatureBytes)
    {
        byte[] tlvs = [.. Tlvs.SelectMany(tlv =>
            PadTo8([.. Word(tlv.Type), .. Word((uint)tlv.Value.Length), .. tlv.Value]))];
        return
        [
            .. Word(0x3543A468), .. Word(Version), .. Word((uint)tlvs.Length), .. Word((uint)signatureBytes),
            .. Word((uint)Images.Sum(image => image.Length)), .. tlvs,
        ];
    }

    public byte[] Build(string pem)
    {
        using var rsa = RSA.Create();
        using var ecdsa = ECDsa.Create();
        if (pem == TestKeys.EcPem || pem == TestKeys.OtherEcPem)
        {
            ecdsa.ImportFromPem(pem);
            return Build(64, content => ecdsa.SignData(content, HashAlgorithmName.SHA256));
        }

        rsa.ImportFromPem(pem);
        return Build(
            rsa.KeySize / 8, content => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public byte[] Build(int signatureBytes, Func<byte[], byte[]> sign)
    {
        byte[] content = SignedContent(signatureBytes);
        return [.. content, .. PadTo8(sign(content)), .. Images.SelectMany(image => image)];
    }

    public static byte[] PadTo8(byte[] bytes) => [.. bytes, .. new byte[(8 - (bytes.Length % 8)) % 8]];

    public static byte[] Word(uint value) =>
        unchecked([(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)]);
}
