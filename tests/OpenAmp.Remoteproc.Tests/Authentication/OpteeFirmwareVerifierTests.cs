// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using OpenAmp.Elf;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class OpteeFirmwareVerifierTests
{
    private const FirmwareSignatureType Rsa = FirmwareSignatureType.RsaPkcs1Sha256;
    private const FirmwareSignatureType Ecdsa = FirmwareSignatureType.EcdsaP256Sha256;
    private static readonly OpteeFirmwareVerifier Verifier = new(TestKeys.PublicKey(Ecdsa));

    [Theory]
    [InlineData(Rsa)]
    [InlineData(Ecdsa)]
    public void EveryBitFlipOfOurOwnFileIsRefused(FirmwareSignatureType type)
    {
        using FirmwareSigningKey key = TestKeys.SigningKey(type);
        byte[] file = FirmwareSigner.Sign([TestElf.Firmware().Build()], key);
        var verifier = new OpteeFirmwareVerifier(key.PublicKey);
        _ = verifier.VerifyInPlace(file);

        for (int offset = 0; offset < file.Length; offset++)
        {
            file[offset] ^= (byte)(1 << (offset % 8));
            Assert.Throws<FirmwareAuthenticationException>(() => verifier.VerifyInPlace(file));
            file[offset] ^= (byte)(1 << (offset % 8));
        }

        _ = verifier.VerifyInPlace(file);
    }

    [Fact]
    public void AFlippedByteOfAnUpstreamFileIsRefusedOrChangesNothingThatIsLoaded()
    {
        TestElf elf = TestElf.Firmware();
        byte[] file = OpteeFile.AsUpstream(Ecdsa, elf.Build()).Build(TestKeys.EcPem);
        FirmwareVerification good = Verifier.Verify(file);
        int accepted = 0;
        for (int offset = 0; offset < file.Length; offset++)
        {
            file[offset] ^= 0xff;
            try
            {
                FirmwareVerification verification = Verifier.Verify(file);
                AssertLoadsTheSame(good.Image, verification.Image);
                accepted++;
            }
            catch (FirmwareAuthenticationException)
            {
                // Refused is what most are.
            }

            file[offset] ^= 0xff;
        }

        // Section headers and names are outside of what the format signs: were none accepted, nothing was compared.
        Assert.InRange(accepted, 1, file.Length / 2);
    }

    [Fact]
    public void EveryTruncationOfOurOwnFileIsRefused()
    {
        byte[] file = Signed(TestElf.Firmware().Build());
        for (int length = 0; length < file.Length; length++)
        {
            ReadOnlyMemory<byte> cut = file.AsMemory(0, length);
            Assert.Throws<FirmwareAuthenticationException>(() => Verifier.Verify(cut));
        }
    }

    [Fact]
    public void AnUnsignedElfImageIsRefused() =>
        Refused(FirmwareAuthenticationRule.Signed, TestElf.Firmware().Build());

    [Fact]
    public void AnotherSignersFileIsRefused()
    {
        byte[] image = TestElf.Firmware().Build();
        Refused(
            FirmwareAuthenticationRule.Signature, OpteeFile.AsUpstream(Ecdsa, image).Build(TestKeys.OtherEcPem));
        FirmwareAuthenticationException e = Refusals.Refused(
            FirmwareAuthenticationRule.Signature,
            () => new OpteeFirmwareVerifier(TestKeys.PublicKey(Rsa))
                .Verify(OpteeFile.AsUpstream(Rsa, image).Build(TestKeys.OtherRsaPem)));
        Assert.Contains(TestKeys.PublicKey(Rsa).Fingerprint, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignatureOfAnotherTypeThanTheKeysIsRefused()
    {
        byte[] image = TestElf.Firmware().Build();
        Refused(FirmwareAuthenticationRule.TrustedKey, OpteeFile.AsUpstream(Rsa, image).Build(TestKeys.RsaPem), 28);

        // An RSA signature under the name of an ECDSA one, and the other way round.
        Refused(
            FirmwareAuthenticationRule.SignatureLength, OpteeFile.AsUpstream(Ecdsa, image).Build(TestKeys.RsaPem), 12);
        byte[] ecdsaAsRsa = OpteeFile.AsUpstream(Rsa, image).Build(TestKeys.EcPem);
        Refusals.Refused(
            FirmwareAuthenticationRule.SignatureLength,
            () => new OpteeFirmwareVerifier(TestKeys.PublicKey(Rsa)).Verify(ecdsaAsRsa));
    }

    [Fact]
    public void AnyOfSeveralTrustedKeysMaySign()
    {
        byte[] image = TestElf.Firmware().Build();
        var verifier = new OpteeFirmwareVerifier(
        [
            FirmwarePublicKey.FromPem(TestKeys.OtherEcPem), TestKeys.PublicKey(Rsa), TestKeys.PublicKey(Ecdsa),
        ]);

        foreach (FirmwareSignatureType type in new[] { Rsa, Ecdsa })
        {
            byte[] file = OpteeFile.AsUpstream(type, image).Build(TestKeys.PemOf(type));
            Assert.Equal(TestKeys.PublicKey(type).Fingerprint, verifier.Verify(file).Key.Fingerprint);
        }

        Refusals.Refused(
            FirmwareAuthenticationRule.Signature,
            () => verifier.Verify(OpteeFile.AsUpstream(Rsa, image).Build(TestKeys.OtherRsaPem)));
    }

    [Fact]
    public void AVerifierWithoutKeysCannotBeMade() =>
        Assert.Throws<ArgumentException>(() => new OpteeFirmwareVerifier([]));

    [Fact]
    public void TheOtherFormOfAnEcdsaSignatureIsTheSameRelease()
    {
        // (r, n - s) is as valid as (r, s): a signature is no name for a release, what it covers is.
        byte[] file = Signed(TestElf.Firmware().Build());
        FirmwareVerification first = Verifier.Verify(file);
        var order = BigInteger.Parse(
            "115792089210356248762697446949407573529996955224135760342422259061068512044369",
            System.Globalization.CultureInfo.InvariantCulture);
        int at = first.Firmware.SignatureOffsetBytes + 32;
        var s = new BigInteger(file.AsSpan(at, 32), isUnsigned: true, isBigEndian: true);
        byte[] other = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        file.AsSpan(at, 32).Clear();
        other.CopyTo(file, at + 32 - other.Length);

        FirmwareVerification second = Verifier.Verify(file);

        Assert.False(first.Firmware.Signature.Span.SequenceEqual(second.Firmware.Signature.Span));
        Assert.Equal(first.ContentDigest, second.ContentDigest);
    }

    [Fact]
    public void ASignatureOfZeroesIsRefused() =>
        Refused(
            FirmwareAuthenticationRule.Signature,
            OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build()).Build(64, _ => new byte[64]));

    [Fact]
    public void AnAlteredSegmentIsRefused()
    {
        TestElf elf = TestElf.Firmware();
        AlteredIsRefused(elf, FirmwareAuthenticationRule.SegmentHash, image => image[elf.OffsetOf(1) + 3] ^= 1);
        AlteredIsRefused(elf, FirmwareAuthenticationRule.SegmentHash, image => image[elf.OffsetOf(2) + 60] ^= 1);
    }

    [Fact]
    public void EveryAlteredFieldOfALoadableProgramHeaderIsRefused()
    {
        TestElf elf = TestElf.Firmware();
        for (int field = 0; field < 32; field++)
        {
            int at = elf.HeaderBytes + 32 + field;
            byte[] file = Altered(elf, image => image[at] ^= 0x10);
            FirmwareAuthenticationException e = Assert.Throws<FirmwareAuthenticationException>(
                () => Verifier.Verify(file));
            Assert.Contains(
                e.Rule,
                new[]
                {
                    FirmwareAuthenticationRule.SegmentListed, FirmwareAuthenticationRule.InnerImage,
                    FirmwareAuthenticationRule.HeaderHarmless,
                });
        }
    }

    [Fact]
    public void SegmentsInAnotherOrderAreRefused()
    {
        TestElf elf = TestElf.Firmware();
        int first = elf.HeaderBytes + 32;
        AlteredIsRefused(elf, FirmwareAuthenticationRule.SegmentListed, image =>
        {
            byte[] header = image[first..(first + 32)];
            image.AsSpan(first + 32, 32).CopyTo(image.AsSpan(first));
            header.CopyTo(image, first + 32);
        });
    }

    [Fact]
    public void SwappedHashesInATableThatWasSignedSoAreRefused()
    {
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build());
        byte[] table = writer.Value(0x10);
        byte[] swapped =
            [.. table[..96], .. table[160..192], .. table[128..160], .. table[96..128], .. table[192..]];
        writer.Replace(0x10, swapped);
        Refused(FirmwareAuthenticationRule.SegmentHash, writer.Build(TestKeys.EcPem));
        writer.Replace(0x10, [.. table[..64], .. table[128..192], .. table[64..128], .. table[192..]]);
        Refused(FirmwareAuthenticationRule.SegmentListed, writer.Build(TestKeys.EcPem));
    }

    [Fact]
    public void SwappedEntriesInTheFileBreakTheSignature()
    {
        byte[] file = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build()).Build(TestKeys.EcPem);
        byte[] entry = file[172..236];
        file.AsSpan(236, 64).CopyTo(file.AsSpan(172));
        entry.CopyTo(file, 236);
        Refused(FirmwareAuthenticationRule.Signature, file);
    }

    [Fact]
    public void AnAddedSegmentIsRefused()
    {
        TestElf signed = TestElf.Firmware();
        TestElf grown = TestElf.Firmware();
        grown.Segments.Add(new(ElfSegmentType.Load, 7, 0x3000_0000, [1, 2, 3, 4]));
        Exchanged(FirmwareAuthenticationRule.SegmentListed, signed, grown);
    }

    [Fact]
    public void ARemovedSegmentIsRefused()
    {
        // Same layout, but the header of the data is marked unused.
        TestElf elf = TestElf.Firmware();
        AlteredIsRefused(
            elf, FirmwareAuthenticationRule.EntryUsed, image => elf.Put(image, elf.HeaderBytes + 64, 4, 0));
    }

    [Theory]
    [InlineData(ElfSegmentType.Interpreter)]
    [InlineData(ElfSegmentType.Dynamic)]
    [InlineData(ElfSegmentType.ThreadLocal)]
    [InlineData((ElfSegmentType)0x6fff_0001)]
    public void AHeaderThatRedirectsTheKernelMayNotBeSlippedIn(ElfSegmentType type)
    {
        // A table of loadable segments only lists no stack header: an interpreter in its place runs other code.
        TestElf elf = TestElf.Firmware();
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, elf.Build());
        writer.Replace(0x10, OpteeFile.HashTable(elf.Build(), loadableOnly: true));
        _ = Verifier.Verify(writer.Build(TestKeys.EcPem));

        elf.Put(writer.Images[0], elf.HeaderBytes + 96, 4, (uint)type);
        Refused(FirmwareAuthenticationRule.HeaderHarmless, writer.Build(TestKeys.EcPem));
    }

    [Fact]
    public void AnEntryPointOutsideTheExecutableBytesIsRefused()
    {
        foreach (ulong entryPoint in new ulong[] { 0, 0x2000_0000, 0x1000_00c8, 0x0fff_ffff, 0xffff_ffff })
        {
            AlteredIsRefused(
                TestElf.Firmware(), FirmwareAuthenticationRule.EntryPoint,
                image => TestElf.Firmware().Put(image, 24, 4, entryPoint));
        }
    }

    [Fact]
    public void AnImageWithoutEntryPointIsAcceptedWhereThatIsAllowed()
    {
        var options = new OpteeVerifierOptions { AllowNoEntryPoint = true };
        var verifier = new OpteeFirmwareVerifier([TestKeys.PublicKey(Ecdsa)], options);
        TestElf elf = TestElf.Firmware();

        _ = verifier.Verify(Altered(elf, image => elf.Put(image, 24, 4, 0)));
        Refusals.Refused(
            FirmwareAuthenticationRule.EntryPoint,
            () => verifier.Verify(Altered(elf, image => elf.Put(image, 24, 4, 0x4000_0000))));
    }

    [Fact]
    public void AMovedResourceTableIsRefused()
    {
        TestElf elf = TestElf.Firmware();
        int section = elf.SectionHeaderOffset(1);
        const FirmwareAuthenticationRule rule = FirmwareAuthenticationRule.ResourceTable;

        // Into bytes that no segment loads; over a segment's end; to another address; without bytes; without length.
        AlteredIsRefused(elf, rule, image => elf.Put(image, section + 16, 4, 0));
        AlteredIsRefused(elf, rule, image => elf.Put(image, section + 20, 4, 80));
        AlteredIsRefused(elf, rule, image => elf.Put(image, section + 12, 4, 0x1000_0084));
        AlteredIsRefused(elf, rule, image => elf.Put(image, section + 4, 4, 8));
        AlteredIsRefused(elf, rule, image => elf.Put(image, section + 20, 4, 0));

        // Moved with its address to other signed bytes: that much the format leaves open.
        byte[] moved = Altered(elf, image =>
        {
            elf.Put(image, section + 12, 4, 0x1000_0000);
            elf.Put(image, section + 16, 4, (ulong)elf.OffsetOf(1));
        });
        Assert.False(Verifier.Verify(moved).IsWholeImageSigned);

        // A second one, in the place of another section.
        elf.Sections.Add(new(".other", 1, 0, 8));
        int first = elf.SectionHeaderOffset(1);
        AlteredIsRefused(elf, rule, image => image.AsSpan(first, 40).CopyTo(image.AsSpan(first + 40, 40)));
    }

    [Fact]
    public void AResourceTableNoteMustPointIntoASegment()
    {
        foreach ((ulong address, ulong length, bool isGood) in new[]
        {
            (0x1000_0010ul, 64ul, true), (0x1000_0100ul, 61ul, true), (0x2000_0000ul, 61ul, true),
            (0x2000_0000ul, 62ul, false), (0x1000_0010ul, 0ul, false), (0x0fff_ffffful, 64ul, false),
            (0x1000_0010ul, ulong.MaxValue, false), (ulong.MaxValue, 64ul, false),
        })
        {
            TestElf elf = NoteFirmware(address, length);
            byte[] file = OpteeFile.AsUpstream(Ecdsa, elf.Build()).Build(TestKeys.EcPem);
            if (isGood)
            {
                _ = Verifier.Verify(file);
            }
            else
            {
                Refused(FirmwareAuthenticationRule.ResourceTable, file);
            }
        }
    }

    [Fact]
    public void AnImageThatIsNotSignedAsAWholeMayNotChangeItsByteOrder()
    {
        // The same program headers in the other byte order: they equal the table, but other tables would be read in
        // the wrong order.
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build());
        writer.Images[0] = OpteeFile.PadTo8(TestElf.Firmware(isBigEndian: true).Build());
        Refused(FirmwareAuthenticationRule.ByteOrder, writer.Build(TestKeys.EcPem));
    }

    [Fact]
    public void TheWholeImageIsComparedWhenItsDigestIsThere()
    {
        TestElf elf = TestElf.Firmware();
        byte[] file = Signed(elf.Build());
        int imageOffset = SignedFirmware.Parse(file).Images[0].OffsetBytes;
        elf.Put(file, imageOffset + elf.SectionHeaderOffset(1), 4, 2);
        Refused(FirmwareAuthenticationRule.ImageDigest, file, imageOffset);
    }

    [Fact]
    public void FilesWithoutImageDigestsAreRefusedWhenTheyAreDemanded()
    {
        var verifier = new OpteeFirmwareVerifier(
            [TestKeys.PublicKey(Ecdsa)], new OpteeVerifierOptions { RequireWholeImageHash = true });
        byte[] image = TestElf.Firmware().Build();

        Assert.True(verifier.Verify(Signed(image)).IsWholeImageSigned);
        OpteeFile upstream = OpteeFile.AsUpstream(Ecdsa, image);
        Refusals.Refused(
            FirmwareAuthenticationRule.ImageDigestPresent, () => verifier.Verify(upstream.Build(TestKeys.EcPem)));

        // The type alone does not make a TLV ours.
        upstream.Tlvs.Add((0x1A3D0, [1, 2, 3]));
        Refusals.Refused(
            FirmwareAuthenticationRule.ImageDigestPresent, () => verifier.Verify(upstream.Build(TestKeys.EcPem)));
    }

    [Theory]
    [InlineData(0x12u)]
    [InlineData(0u)]
    [InlineData(0xffffu)]
    [InlineData(0x20000u)]
    [InlineData(0xffff_ffffu)]
    public void ATypeThatNobodyKnowsIsRefused(uint type)
    {
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build());
        writer.Tlvs.Add((type, [1]));
        Refused(FirmwareAuthenticationRule.TlvKnown, writer.Build(TestKeys.EcPem));
    }

    [Fact]
    public void AnImageWithoutAHashTableOfItsClassIsRefused()
    {
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build());
        writer.Tlvs.RemoveAll(tlv => tlv.Type == 0x10);
        Refused(FirmwareAuthenticationRule.SegmentListed, writer.Build(TestKeys.EcPem));
    }

    [Fact]
    public void AnImageThatIsNoElfFileIsRefused()
    {
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build());
        writer.Images[0].AsSpan(0, 4).Clear();
        FirmwareAuthenticationException e = Refused(
            FirmwareAuthenticationRule.InnerImage, writer.Build(TestKeys.EcPem));
        Assert.IsType<ElfException>(e.InnerException);
    }

    [Fact]
    public void WhatWasVerifiedIsAPrivateCopy()
    {
        byte[] image = TestElf.Firmware().Build();
        byte[] file = Signed(image);

        FirmwareVerification copied = Verifier.Verify(file);
        FirmwareVerification inPlace = Verifier.VerifyInPlace(file);
        file.AsSpan().Clear();

        Assert.Equal(OpteeFile.PadTo8(image), copied.Image.ToArray());
        Assert.True(MemoryMarshal.TryGetArray(inPlace.Image, out ArraySegment<byte> segment));
        Assert.Same(file, segment.Array);
    }

    [Fact]
    public void VerifyingInPlaceTakesMemoryForTablesOnly()
    {
        TestElf elf = TestElf.Firmware();
        elf.Segments.Add(new(ElfSegmentType.Load, 6, 0x4000_0000, new byte[8 * 1024 * 1024]));
        byte[] file = Signed(elf.Build());
        _ = Verifier.VerifyInPlace(file);

        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = Verifier.VerifyInPlace(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 128 * 1024);
    }

    private static TestElf NoteFirmware(ulong address, ulong length)
    {
        TestElf elf = TestElf.Firmware();
        elf.Sections.Clear();
        byte[] another = [4, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, (byte)'G', (byte)'N', (byte)'U', 0, 1, 2, 3, 0];
        byte[] note =
        [
            8, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, .. "OpenAMP\0"u8, .. BitConverter.GetBytes(address),
            .. BitConverter.GetBytes(length),
        ];
        elf.Segments.Add(new(ElfSegmentType.Note, 4, 0, [.. another, .. note]));
        return elf;
    }

    private static byte[] Signed(byte[] image)
    {
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);
        return FirmwareSigner.Sign([image], key);
    }

    /// <summary>An upstream file whose image was altered after it was signed.</summary>
    private static byte[] Altered(TestElf elf, Action<byte[]> alter)
    {
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, elf.Build());
        _ = Verifier.Verify(writer.Build(TestKeys.EcPem));
        alter(writer.Images[0]);
        return writer.Build(TestKeys.EcPem);
    }

    private static void AlteredIsRefused(TestElf elf, FirmwareAuthenticationRule rule, Action<byte[]> alter) =>
        Refused(rule, Altered(elf, alter));

    /// <summary>Puts another image behind a table that was signed for the first.</summary>
    private static void Exchanged(FirmwareAuthenticationRule rule, TestElf signed, TestElf exchanged)
    {
        OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, signed.Build());
        byte[] image = OpteeFile.PadTo8(exchanged.Build());

        // Same offsets as before, so that only the added header differs.
        writer.Images[0] = image;
        writer.Replace(5, OpteeFile.Word((uint)image.Length));
        byte[] table = OpteeFile.HashTable(exchanged.Build());
        writer.Replace(0x10, table[..^64]);
        Refused(rule, writer.Build(TestKeys.EcPem));
    }

    private static FirmwareAuthenticationException Refused(
        FirmwareAuthenticationRule rule, byte[] file, long? offset = null) =>
        Refusals.Refused(rule, () => Verifier.Verify(file), offset);

    private static void AssertLoadsTheSame(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual)
    {
        var before = ElfImage.Parse(expected.Span);
        var after = ElfImage.Parse(actual.Span);
        Assert.Equal(
            before.Segments.Where(segment => segment.IsLoadable), after.Segments.Where(segment => segment.IsLoadable));
        foreach (ElfSegment segment in before.Segments)
        {
            Range range = (int)segment.OffsetBytes..(int)(segment.OffsetBytes + segment.FileBytes);
            Assert.True(expected.Span[range].SequenceEqual(actual.Span[range]));
        }

        ulong entry = after.Header.EntryPoint;
        Assert.InRange(entry, 0x1000_0000ul, 0x1000_00c7ul);
    }
}
