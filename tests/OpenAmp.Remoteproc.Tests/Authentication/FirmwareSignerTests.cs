// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Formats.Asn1;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using OpenAmp.Elf;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class FirmwareSignerTests
{
    private const FirmwareSignatureType Rsa = FirmwareSignatureType.RsaPkcs1Sha256;
    private const FirmwareSignatureType Ecdsa = FirmwareSignatureType.EcdsaP256Sha256;

    [Theory]
    [InlineData(Rsa, ElfClass.Elf32, false)]
    [InlineData(Ecdsa, ElfClass.Elf32, false)]
    [InlineData(Rsa, ElfClass.Elf32, true)]
    [InlineData(Ecdsa, ElfClass.Elf64, false)]
    [InlineData(Rsa, ElfClass.Elf64, true)]
    public void WhatIsSignedIsVerifiedAndComesOutUnchanged(
        FirmwareSignatureType type, ElfClass elfClass, bool isBigEndian)
    {
        byte[] image = TestElf.Firmware(elfClass, isBigEndian).Build();
        using FirmwareSigningKey key = TestKeys.SigningKey(type);

        byte[] file = FirmwareSigner.Sign([image], key);
        FirmwareVerification verification = new OpteeFirmwareVerifier(TestKeys.PublicKey(type)).Verify(file);

        Assert.Equal(OpteeFile.PadTo8(image), verification.Image.ToArray());
        Assert.Equal(key.PublicKey.Fingerprint, verification.Key.Fingerprint);
        Assert.True(verification.IsWholeImageSigned);
        Assert.Equal(type, verification.Firmware.SignatureType);
        Assert.All(verification.Firmware.HashTable, entry => Assert.Equal(elfClass, entry.Class));
    }

    [Fact]
    public void WithoutImageDigestsAnRsaFileIsByteForByteTheUpstreamOne()
    {
        byte[] image = TestElf.Firmware().Build();
        byte[] second = TestElf.Firmware(withOthers: false).Build();
        OpteeFile expected = OpteeFile.AsUpstream(Rsa, image, second);
        expected.Tlvs.Add((0x11, "key information"u8.ToArray()));
        expected.Tlvs.Add((0x10001, [0, 0, 0x10, 0x80]));
        expected.Tlvs.Add((0x10002, "text"u8.ToArray()));
        using FirmwareSigningKey key = TestKeys.SigningKey(Rsa);

        byte[] file = FirmwareSigner.Sign([image, second], key, new FirmwareSigningOptions
        {
            IncludeImageDigests = false,
            KeyInformation = "key information"u8.ToArray(),
            PlatformTlvs =
                [FirmwarePlatformTlv.Parse("0x10001", "0x80100000"), FirmwarePlatformTlv.Parse("65538", "text")],
        });

        Assert.Equal(expected.Build(TestKeys.RsaPem), file);
    }

    [Fact]
    public void ImageDigestsAreOneTlvAfterTheUpstreamOnes()
    {
        byte[] image = TestElf.Firmware().Build();
        OpteeFile expected = OpteeFile.AsUpstream(Rsa, image);
        expected.Tlvs.Add((0x1A3D0, [.. "OpenAMP1"u8, .. SHA256.HashData(OpteeFile.PadTo8(image))]));
        using FirmwareSigningKey key = TestKeys.SigningKey(Rsa);

        Assert.Equal(expected.Build(TestKeys.RsaPem), FirmwareSigner.Sign([image], key));
    }

    [Fact]
    public void A64BitImageIsListedInATlvOfItsOwn()
    {
        TestElf elf = TestElf.Firmware(ElfClass.Elf64, withOthers: false);
        byte[] image = elf.Build();
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);

        var firmware = SignedFirmware.Parse(FirmwareSigner.Sign([image], key));

        Assert.False(firmware.TryFindTlv(FirmwareTlvType.HashTable, out _));
        Assert.True(firmware.TryFindTlv((FirmwareTlvType)0x1A3D1, out FirmwareTlv table));
        byte[] expected =
        [
            .. "OpenAMP1"u8,
            .. image.AsSpan(64, 56), .. SHA256.HashData(elf.Segments[0].Content),
            .. image.AsSpan(64 + 56, 56), .. SHA256.HashData(elf.Segments[1].Content),
        ];
        Assert.Equal(expected, table.Value.ToArray());
    }

    [Fact]
    public void SeveralImagesOfBothClassesAreVerifiedInOrder()
    {
        byte[][] images =
        [
            TestElf.Firmware(ElfClass.Elf64).Build(), TestElf.Firmware().Build(),
            TestElf.Firmware(ElfClass.Elf64, withOthers: false).Build(), TestElf.Firmware(isBigEndian: true).Build(),
        ];
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);

        FirmwareVerification verification = new OpteeFirmwareVerifier(key.PublicKey)
            .Verify(FirmwareSigner.Sign([.. images.Select(image => (ReadOnlyMemory<byte>)image)], key));

        Assert.Equal(images.Select(OpteeFile.PadTo8), verification.Images.Select(image => image.ToArray()));
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => verification.Image);
        Assert.Contains("4 images", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHeaderThatOpteeWouldTakeForALoadableOneIsLeftOut()
    {
        TestElf elf = TestElf.Firmware();
        elf.Segments[0].PhysicalAddress = 0x1000_0000;
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);

        var options = new FirmwareSigningOptions { IncludeImageDigests = false };
        byte[] file = FirmwareSigner.Sign([elf.Build()], key, options);

        SignedFirmware firmware = new OpteeFirmwareVerifier(key.PublicKey).Verify(file).Firmware;
        Assert.Equal(
            [ElfSegmentType.Load, ElfSegmentType.Load, ElfSegmentType.GnuStack],
            firmware.HashTable.Select(entry => entry.Type));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AProgramOfThisMachineIsSignedAndVerified(bool includeImageDigests)
    {
        byte[] image = await File.ReadAllBytesAsync(
            Environment.ProcessPath!, TestContext.Current.CancellationToken);
        Assert.SkipUnless(image.AsSpan().StartsWith("\u007fELF"u8), "This machine's programs are no ELF files.");
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);
        var options = new FirmwareSigningOptions { IncludeImageDigests = includeImageDigests };

        FirmwareVerification verification = new OpteeFirmwareVerifier(key.PublicKey)
            .Verify(FirmwareSigner.Sign([image], key, options));

        Assert.Equal(OpteeFile.PadTo8(image), verification.Image.ToArray());
        Assert.Equal(includeImageDigests, verification.IsWholeImageSigned);
        Assert.Equal(ElfImage.Parse(image).Segments.Length, verification.Firmware.HashTable.Count);
    }

    [Theory]
    [InlineData(Rsa)]
    [InlineData(Ecdsa)]
    public async Task TheOpensslCommandVerifiesOurSignatures(FirmwareSignatureType type)
    {
        using var openssl = new OpenSsl();
        using FirmwareSigningKey key = TestKeys.SigningKey(type);
        var firmware = SignedFirmware.Parse(FirmwareSigner.Sign([TestElf.Firmware().Build()], key));
        byte[] signature = type == Rsa ? firmware.Signature.ToArray() : ToDer(firmware.Signature.ToArray());
        string publicKey = openssl.Write("public.pem", key.PublicKey.ToPem());
        string signatureFile = openssl.Write("signature", signature);

        await OpenSsl.MustAsync(
            "dgst", "-sha256", "-verify", publicKey, "-signature", signatureFile,
            openssl.Write("content", firmware.SignedContent.ToArray()));

        byte[] altered = firmware.SignedContent.ToArray();
        altered[^1] ^= 1;
        (int exitCode, _) = await OpenSsl.RunAsync(
            "dgst", "-sha256", "-verify", publicKey, "-signature", signatureFile, openssl.Write("altered", altered));
        Assert.NotEqual(0, exitCode);
    }

    [Theory]
    [InlineData(Rsa)]
    [InlineData(Ecdsa)]
    public async Task AFileThatTheOpensslCommandSignedIsAccepted(FirmwareSignatureType type)
    {
        using var openssl = new OpenSsl();
        OpteeFile writer = OpteeFile.AsUpstream(type, TestElf.Firmware().Build());
        int signatureBytes = type == Rsa ? 256 : 64;
        await OpenSsl.MustAsync(
            "dgst", "-sha256", "-sign", openssl.Write("key.pem", TestKeys.PemOf(type)), "-out",
            openssl.PathOf("signature"), openssl.Write("content", writer.SignedContent(signatureBytes)));
        byte[] signature = await File.ReadAllBytesAsync(
            openssl.PathOf("signature"), TestContext.Current.CancellationToken);

        byte[] file = writer.Build(signatureBytes, _ => type == Rsa ? signature : FromDer(signature));
        FirmwareVerification verification = new OpteeFirmwareVerifier(TestKeys.PublicKey(type)).Verify(file);

        Assert.False(verification.IsWholeImageSigned);
        Assert.Equal(writer.Images[0], verification.Image.ToArray());
    }

    [Fact]
    public void WhatCannotBeSignedIsRefusedWithAReason()
    {
        byte[] image = TestElf.Firmware().Build();
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);

        Assert.Throws<ArgumentException>(() => FirmwareSigner.Sign([], key));
        Assert.Throws<ArgumentException>(() => FirmwareSigner.Sign(new ReadOnlyMemory<byte>[256], key));
        Assert.Throws<ArgumentException>(() => FirmwareSigner.Sign([FirmwareSigner.Sign([image], key)], key));
        Assert.Throws<ElfException>(() => FirmwareSigner.Sign([image.AsMemory(0, 100)], key));
        Assert.Throws<ElfException>(() => FirmwareSigner.Sign([new TestElf().Build()], key));
        foreach (uint type in new uint[] { 0x12, 0xffff, 0x20000, 0x1a3d0, 0x1a3d1 })
        {
            var options = new FirmwareSigningOptions { PlatformTlvs = [new(type, default)] };
            Assert.Throws<ArgumentException>(() => FirmwareSigner.Sign([image], key, options));
        }

        var twice = new FirmwareSigningOptions { PlatformTlvs = [new(0x10001, default), new(0x10001, default)] };
        Assert.Throws<ArgumentException>(() => FirmwareSigner.Sign([image], key, twice));
    }

    [Theory]
    [InlineData("0x20000", "x")]
    [InlineData("4", "x")]
    [InlineData("BOOTADDR", "x")]
    [InlineData("0x10001", "0xnothing")]
    [InlineData("0x10001", "0x100000000")]
    public void PlatformTlvsThatAreNoneAreRefused(string type, string value) =>
        Assert.Throws<FormatException>(() => FirmwarePlatformTlv.Parse(type, value));

    private static byte[] ToDer(byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(0, 32)));
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(32, 32)));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number) => number.TrimStart((byte)0);

    private static byte[] FromDer(byte[] signature)
    {
        AsnReader sequence = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        return [.. Fixed(sequence), .. Fixed(sequence)];
    }

    private static byte[] Fixed(AsnReader sequence)
    {
        byte[] bytes = sequence.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
