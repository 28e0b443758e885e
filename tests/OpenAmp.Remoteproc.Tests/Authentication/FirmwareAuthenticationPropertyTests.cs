// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using CsCheck;
using OpenAmp.Elf;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class FirmwareAuthenticationPropertyTests
{
    private const FirmwareSignatureType Ecdsa = FirmwareSignatureType.EcdsaP256Sha256;
    private static readonly OpteeFirmwareVerifier Verifier = new(TestKeys.PublicKey(Ecdsa));

    private static readonly Gen<TestElf> GenElf =
        from elfClass in Pick(ElfClass.Elf32, ElfClass.Elf64)
        from isBigEndian in Gen.Bool
        from contents in Gen.Byte.Array[0, 200].List[1, 6]
        from types in Pick(
            ElfSegmentType.Load, ElfSegmentType.Load, ElfSegmentType.Note, ElfSegmentType.GnuStack,
            ElfSegmentType.Null).List[6]
        from zeroBytes in Gen.Int[0, 1000].List[6]
        select Compose(elfClass, isBigEndian, contents.ToArray(), [.. types], [.. zeroBytes]);

    [Fact]
    public void AnyImagesThatAreSignedAreVerifiedAndComeOutUnchanged()
    {
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);
        GenElf.List[1, 4].Sample(
            elves =>
            {
                byte[][] images = [.. elves.Select(elf => elf.Build())];
                FirmwareVerification verification = Verifier.Verify(
                    FirmwareSigner.Sign([.. images.Select(image => (ReadOnlyMemory<byte>)image)], key));
                Assert.Equal(images.Select(OpteeFile.PadTo8), verification.Images.Select(image => image.ToArray()));
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void AnyAlteredByteAnywhereIsRefused()
    {
        using FirmwareSigningKey key = TestKeys.SigningKey(Ecdsa);
        Gen.Select(GenElf, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample(
            (elf, position, difference) =>
            {
                byte[] file = FirmwareSigner.Sign([elf.Build()], key);
                file[position % file.Length] ^= difference;
                Assert.Throws<FirmwareAuthenticationException>(() => Verifier.VerifyInPlace(file));
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void AnyBytesAreParsedOrRefusedAndNothingElse()
    {
        byte[] head = OpteeFile.AsUpstream(Ecdsa, TestElf.Firmware().Build()).Build(TestKeys.EcPem);
        Gen.Select(Gen.Int[0, 120], Gen.Byte.Array[0, 400], Gen.Bool).Sample(
            (kept, rest, isWhole) =>
            {
                byte[] file = isWhole ? [.. head[..kept], .. rest, .. head.Skip(kept + rest.Length)]
                    : [.. head[..kept], .. rest];
                try
                {
                    _ = Verifier.VerifyInPlace(file);
                    Assert.True(file.AsSpan().SequenceEqual(head));
                }
                catch (FirmwareAuthenticationException e)
                {
                    Assert.NotEqual(FirmwareAuthenticationRule.None, e.Rule);
                }
            },
            iter: 5000,
            threads: 1);
    }

    [Fact]
    public void AnySignedTlvValuesAreAcceptedOrRefusedAndNothingElse()
    {
        // The signer's own mistakes: the signature is good, whatever stands in the TLVs.
        byte[] image = TestElf.Firmware().Build();
        uint[] types = [1, 2, 3, 4, 5, 0x10, 0x11, 0x1A3D0, 0x1A3D1];
        Gen.Select(Pick(types), Gen.Byte[0, 4].Array[0, 200], Gen.Bool).Sample(
            (type, value, isMarked) =>
            {
                OpteeFile writer = OpteeFile.AsUpstream(Ecdsa, image);
                writer.Tlvs.RemoveAll(tlv => tlv.Type == type);
                writer.Tlvs.Add((type, isMarked ? [.. "OpenAMP1"u8, .. value] : value));
                try
                {
                    _ = Verifier.VerifyInPlace(writer.Build(TestKeys.EcPem));
                }
                catch (FirmwareAuthenticationException e)
                {
                    Assert.NotEqual(FirmwareAuthenticationRule.Signature, e.Rule);
                }
            },
            iter: 1000,
            threads: 1);
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static TestElf Compose(
        ElfClass elfClass, bool isBigEndian, byte[][] contents, ElfSegmentType[] types, int[] zeroBytes)
    {
        var elf = new TestElf { Class = elfClass, IsBigEndian = isBigEndian };
        for (int index = 0; index < contents.Length; index++)
        {
            ElfSegmentType type = index == 0 ? ElfSegmentType.Load : types[index];
            elf.Segments.Add(new(type, 5, 0x1000_0000 + ((ulong)index * 0x1000), [1, .. contents[index]])
            {
                ZeroBytes = zeroBytes[index],
            });
        }

        return elf;
    }
}
