// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Linq;
using System.Security.Cryptography;
using OpenAmp.Elf;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class SignedFirmwareTests
{
    private static readonly byte[] Image = TestElf.Firmware().Build();

    [Fact]
    public void EveryPartIsFoundWhereAnIndependentWriterPutIt()
    {
        OpteeFile writer = OpteeFile.AsUpstream(FirmwareSignatureType.RsaPkcs1Sha256, Image);
        writer.Tlvs.Add((0x11, "key 7"u8.ToArray()));
        writer.Tlvs.Add((0x10001, [1, 2, 3, 4]));
        byte[] file = writer.Build(TestKeys.RsaPem);

        SignedFirmware firmware = SignedFirmware.Parse(file);

        Assert.Equal([1u, 3u, 4u, 5u, 2u, 0x10u, 0x11u, 0x10001u], firmware.Tlvs.Select(tlv => (uint)tlv.Type));
        Assert.Equal(
            ["SIGNTYPE", "NUM_IMG", "IMGTYPE", "IMGSIZE", "HASHTYPE", "HASHTABLE", "PKEYINFO", "0x10001"],
            firmware.Tlvs.Select(tlv => tlv.Name));
        Assert.Equal(writer.Tlvs.Select(tlv => tlv.Value), firmware.Tlvs.Select(tlv => tlv.Value.ToArray()));
        Assert.Equal([20, 36, 52, 68, 84, 100], firmware.Tlvs.Take(6).Select(tlv => tlv.OffsetBytes));
        Assert.Equal(FirmwareSignatureType.RsaPkcs1Sha256, firmware.SignatureType);
        Assert.Equal(FirmwareHashType.Sha256, firmware.HashType);
        Assert.Equal(256, firmware.Signature.Length);
        Assert.Equal(writer.SignedContent(256), firmware.SignedContent.ToArray());
        Assert.Equal(SHA256.HashData(writer.SignedContent(256)), firmware.GetContentDigest());
        Assert.Equal(writer.Images[0], Assert.Single(firmware.Images).Content.ToArray());
        Assert.Empty(firmware.ImageDigests);
    }

    [Fact]
    public void HashTableRowsHoldTheProgramHeadersOfTheImage()
    {
        byte[] file = OpteeFile.AsUpstream(FirmwareSignatureType.EcdsaP256Sha256, Image).Build(TestKeys.EcPem);

        SignedFirmware firmware = SignedFirmware.Parse(file);

        Assert.Equal(4, firmware.HashTable.Count);
        FirmwareHashEntry data = firmware.HashTable[2];
        Assert.Equal(ElfSegmentType.Load, data.Type);
        Assert.Equal(0x2000_0000ul, data.VirtualAddress);
        Assert.Equal(0x1000_0100ul, data.PhysicalAddress);
        Assert.Equal(61ul, data.FileBytes);
        Assert.Equal(161ul, data.MemoryBytes);
        Assert.Equal((ElfSegmentFlags)6, data.Flags);
        Assert.Equal(4ul, data.AlignmentBytes);
        Assert.Equal((ulong)TestElf.Firmware().OffsetOf(2), data.OffsetBytes);
        Assert.Equal(108 + (2 * 64), data.TableOffsetBytes);
        Assert.Equal(SHA256.HashData(Image.AsSpan((int)data.OffsetBytes, 61)), data.Hash.ToArray());
    }

    [Fact]
    public void AnUnsignedElfImageIsRefusedWithWhatToDoAboutIt()
    {
        FirmwareAuthenticationException e = Refused(FirmwareAuthenticationRule.Signed, Image, 0);

        Assert.Equal("SGN002", e.RuleId);
        Assert.Contains("openamp firmware sign", e.Message, StringComparison.Ordinal);
        Assert.False(SignedFirmware.HasMagic(Image));
    }

    [Fact]
    public void AnotherFileIsRefusedByItsMagicNumber() =>
        Refused(FirmwareAuthenticationRule.Magic, new byte[64], 0);

    [Fact]
    public void AFileShorterThanTheHeaderIsRefused()
    {
        byte[] file = Upstream().Build(TestKeys.EcPem);
        for (int length = 0; length < 20; length++)
        {
            Refused(FirmwareAuthenticationRule.HeaderComplete, file[..length], length);
        }
    }

    [Fact]
    public void AnotherVersionIsRefused()
    {
        var writer = new OpteeFile { Version = 2 };
        Refused(FirmwareAuthenticationRule.Version, writer.Build(64, _ => new byte[64]), 4);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        byte[] file = Upstream().Build(TestKeys.EcPem);
        for (int length = 20; length < file.Length; length++)
        {
            Refused(FirmwareAuthenticationRule.Lengths, file[..length], 8);
        }
    }

    [Fact]
    public void TrailingBytesAreRefused()
    {
        byte[] file = Upstream().Build(TestKeys.EcPem);
        Refused(FirmwareAuthenticationRule.Lengths, [.. file, 0], 8);
    }

    [Fact]
    public void AbsurdLengthsAreRefusedAtOnce()
    {
        byte[] file = Upstream().Build(TestKeys.EcPem);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int offset = 8; offset <= 16; offset += 4)
        {
            foreach (uint length in new[] { uint.MaxValue, 0x8000_0000u, 0x7fff_ffffu, 0xffff_fff9u })
            {
                byte[] altered = [.. file];
                BinaryPrimitives.WriteUInt32LittleEndian(altered.AsSpan(offset), length);
                Refused(FirmwareAuthenticationRule.Lengths, altered, 8);
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void AnEmptyAreaIsRefused()
    {
        var noTlvs = new OpteeFile();
        noTlvs.Images.Add(new byte[8]);
        Refused(FirmwareAuthenticationRule.AreaAlignment, noTlvs.Build(64, _ => new byte[64]), 8);
        var noImages = new OpteeFile();
        noImages.Tlvs.Add((1, [2]));
        Refused(FirmwareAuthenticationRule.AreaAlignment, noImages.Build(64, _ => new byte[64]), 16);
    }

    [Fact]
    public void AnEmptySignatureIsRefused() =>
        Refused(FirmwareAuthenticationRule.SignatureLength, Upstream().Build(0, _ => []), 12);

    [Fact]
    public void ALengthThatOnlyItsPaddingMakesFitIsRefused()
    {
        byte[] file = Upstream().Build(TestKeys.EcPem);
        file[8] -= 3;
        Refused(FirmwareAuthenticationRule.AreaAlignment, file, 8);
    }

    [Fact]
    public void ATlvThatRunsOutOfItsAreaIsRefused()
    {
        foreach (uint length in new[] { uint.MaxValue, 0x7fff_ffffu, 10_000u })
        {
            byte[] file = Upstream().Build(TestKeys.EcPem);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(104), length);
            Refused(FirmwareAuthenticationRule.TlvBounds, file, 104);
        }
    }

    [Fact]
    public void PaddingOfATlvMustBeZero()
    {
        byte[] file = Upstream().Build(TestKeys.EcPem);
        file[20 + 8 + 5] = 1;
        Refused(FirmwareAuthenticationRule.Padding, file, 33);
    }

    [Fact]
    public void PaddingOfTheSignatureMustBeZero()
    {
        byte[] file = Upstream().Build(70, _ => new byte[70]);
        int padding = file.Length - Upstream().Images[0].Length - 2;
        Assert.NotNull(SignedFirmware.Parse(file));
        file[padding] = 1;
        Refused(FirmwareAuthenticationRule.Padding, file, padding);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0x10u)]
    [InlineData(0x10001u)]
    public void ATypeThatOccursTwiceIsRefused(uint type)
    {
        OpteeFile writer = Upstream();
        writer.Tlvs.Add((0x10001, []));
        writer.Tlvs.Add((type, writer.Value(type)));
        Refused(FirmwareAuthenticationRule.TlvUnique, writer.Build(TestKeys.EcPem));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(5u)]
    public void ATypeThatIsNeededMayNotBeMissing(uint type)
    {
        OpteeFile writer = Upstream();
        writer.Tlvs.RemoveAll(tlv => tlv.Type == type);
        Refused(FirmwareAuthenticationRule.TlvPresent, writer.Build(TestKeys.EcPem));
    }

    [Theory]
    [InlineData(1u, 0)]
    [InlineData(1u, 4)]
    [InlineData(2u, 2)]
    [InlineData(3u, 4)]
    [InlineData(4u, 2)]
    [InlineData(5u, 8)]
    [InlineData(5u, 3)]
    [InlineData(0x10u, 0)]
    [InlineData(0x10u, 65)]
    public void AKnownTypeMustHaveItsLength(uint type, int length)
    {
        OpteeFile writer = Upstream();
        writer.Replace(type, [.. Enumerable.Repeat((byte)1, length)]);
        Refused(FirmwareAuthenticationRule.TlvLength, writer.Build(TestKeys.EcPem));
    }

    [Theory]
    [InlineData(1u, 0, FirmwareAuthenticationRule.SignatureType)]
    [InlineData(1u, 3, FirmwareAuthenticationRule.SignatureType)]
    [InlineData(2u, 0, FirmwareAuthenticationRule.HashType)]
    [InlineData(2u, 2, FirmwareAuthenticationRule.HashType)]
    [InlineData(3u, 0, FirmwareAuthenticationRule.ImageSizes)]
    [InlineData(4u, 2, FirmwareAuthenticationRule.ImageType)]
    public void AnUnknownValueIsRefused(uint type, byte value, FirmwareAuthenticationRule rule)
    {
        OpteeFile writer = Upstream();
        writer.Replace(type, [value]);
        Refused(rule, writer.Build(TestKeys.EcPem));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(8u)]
    [InlineData(9u)]
    [InlineData(0x1000_0000u)]
    [InlineData(0xffff_fff8u)]
    public void ImageSizesThatDoNotFillTheirAreaAreRefused(uint size)
    {
        OpteeFile writer = Upstream();
        writer.Replace(5, OpteeFile.Word(size));
        Refused(FirmwareAuthenticationRule.ImageSizes, writer.Build(TestKeys.EcPem));
    }

    [Fact]
    public void MoreTlvsThanTheLimitAreRefused()
    {
        OpteeFile writer = Upstream();
        for (uint type = 0x10000; writer.Tlvs.Count <= SignedFirmware.MaximumTlvCount; type++)
        {
            writer.Tlvs.Add((type, []));
        }

        Refused(FirmwareAuthenticationRule.Limit, writer.Build(TestKeys.EcPem));
        writer.Tlvs.RemoveAt(writer.Tlvs.Count - 1);
        Assert.Equal(SignedFirmware.MaximumTlvCount, SignedFirmware.Parse(writer.Build(TestKeys.EcPem)).Tlvs.Count);
    }

    [Fact]
    public void TheEarlyLayoutWithAHeaderOf24BytesIsNamed()
    {
        // Header {magic, version, signature, image, TLVs, platform TLVs}, signature, image, padding of 1 to 8 bytes,
        // trailer {u16 0x6907, …}.
        byte[] file =
        [
            .. OpteeFile.Word(0x3543A468), .. OpteeFile.Word(1), .. OpteeFile.Word(256),
            .. OpteeFile.Word((uint)Image.Length), .. OpteeFile.Word(40), .. OpteeFile.Word(0),
            .. new byte[256], .. Image, .. new byte[8 - (Image.Length % 8)], 0x07, 0x69, .. new byte[38],
        ];

        FirmwareAuthenticationException e = Refused(FirmwareAuthenticationRule.NotEarlyLayout24, file);
        Assert.Contains("24 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEarlyLayoutWithAHeaderOf56BytesIsNamed()
    {
        uint[] words =
        [
            0x3543A468, 1, 56 + 256 + 128, 256, 56, 1, 128, 56 + 256, 1, 0, 0, (uint)Image.Length, 56 + 256 + 128, 1,
        ];
        byte[] file = [.. words.SelectMany(OpteeFile.Word), .. new byte[256 + 128], .. Image];

        FirmwareAuthenticationException e = Refused(FirmwareAuthenticationRule.NotEarlyLayout56, file);
        Assert.Contains("56 bytes", e.Message, StringComparison.Ordinal);
    }

    private static OpteeFile Upstream() => OpteeFile.AsUpstream(FirmwareSignatureType.EcdsaP256Sha256, Image);

    private static FirmwareAuthenticationException Refused(
        FirmwareAuthenticationRule rule, byte[] file, long? offset = null) =>
        Refusals.Refused(rule, () => SignedFirmware.Parse(file), offset);
}
