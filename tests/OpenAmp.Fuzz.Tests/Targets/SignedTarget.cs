// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using static OpenAmp.Fuzz.Tests.InvariantException;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Signed firmware: what is a container is verified, anything else is taken for an image and signed.</summary>
/// <remarks>
/// <para>For every container: only <see cref="FirmwareAuthenticationException"/> is thrown, with a rule and an offset
/// within the file or at its end. It is verified as it is, and once more with a good signature over its altered TLVs,
/// so that what comes after the signature is reached. What is accepted lies in the file.</para>
/// <para>For every image: it is signed or refused as documented; what was signed verifies, and is refused once any one
/// bit is changed.</para>
/// </remarks>
public static class SignedTarget
{
    private static readonly ECDsa s_key = CreateKey();
    private static readonly FirmwareSigningKey s_signingKey
        = FirmwareSigningKey.FromPem(s_key.ExportPkcs8PrivateKeyPem());
    private static readonly OpteeFirmwareVerifier s_verifier = new(s_signingKey.PublicKey);

    public static void Run(ReadOnlySpan<byte> input)
    {
        byte[] file = input.ToArray();
        if (SignedFirmware.HasMagic(file))
        {
            RunContainer(file);
        }
        else
        {
            RunImage(file);
        }
    }

    /// <summary>Signs an image with the key that this target trusts.</summary>
    internal static byte[] Sign(byte[] image, bool withDigests)
        => FirmwareSigner.Sign([image], s_signingKey, new FirmwareSigningOptions { IncludeImageDigests = withDigests });

    // A key for tests that everybody knows: the number 1, 2, 3 ... 32.
    private static ECDsa CreateKey()
    {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.Length; i++)
        {
            secret[i] = (byte)(i + 1);
        }

        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
    }

    private static void RunContainer(byte[] file)
    {
        _ = Verify(file);
        SignedFirmware firmware;
        try
        {
            firmware = SignedFirmware.Parse(file);
        }
        catch (FirmwareAuthenticationException error)
        {
            CheckRefusal(error, file);
            return;
        }

        if (firmware.SignatureType == FirmwareSignatureType.EcdsaP256Sha256 && firmware.Signature.Length == 64)
        {
            byte[] signature = s_key.SignData(
                firmware.SignedContent.Span,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            byte[] copy = (byte[])file.Clone();
            signature.CopyTo(copy.AsSpan(firmware.SignatureOffsetBytes));
            _ = Verify(copy);
        }
    }

    private static bool Verify(byte[] file)
    {
        FirmwareVerification verification;
        try
        {
            verification = s_verifier.VerifyInPlace(file);
        }
        catch (FirmwareAuthenticationException error)
        {
            CheckRefusal(error, file);
            return false;
        }

        ThrowUnless(verification.Images.Count > 0, "what is accepted holds an image");
        long sum = 0;
        foreach (ReadOnlyMemory<byte> image in verification.Images)
        {
            ThrowUnless(file.AsSpan().Overlaps(image.Span), "an image lies in the file");
            ThrowUnless(ElfImage.TryParse(image.Span, out _, out _), "an image that is accepted is an ELF");
            sum += image.Length;
        }

        ThrowUnless(sum < file.Length, "images do not overlap");
        return true;
    }

    private static void CheckRefusal(FirmwareAuthenticationException error, byte[] file)
    {
        ThrowUnless(error.Rule != FirmwareAuthenticationRule.None, "a refusal has a rule");
        bool isInside = error.OffsetBytes >= 0 && error.OffsetBytes <= file.Length;
        ThrowUnless(isInside, $"a refusal names a place in the file: {error.Message}");
    }

    private static void RunImage(byte[] image)
    {
        byte[] signed;
        try
        {
            signed = Sign(image, withDigests: true);
        }
        catch (ElfException error)
        {
            // What is signed is the image with its padding.
            ulong padded = ((ulong)image.Length + 7) & ~7ul;
            ThrowUnless(error.Fault.OffsetBytes <= padded, $"a fault lies in the image: {error.Fault}");
            return;
        }
        catch (FirmwareAuthenticationException)
        {
            return;
        }

        ThrowUnless(Verify(signed), "what was signed verifies");
        int bit = (int)(Sum(image) % (uint)(signed.Length * 8));
        signed[bit / 8] ^= (byte)(1 << (bit % 8));
        ThrowUnless(!Verify(signed), $"a change of bit {bit} is noticed");
    }

    private static uint Sum(IEnumerable<byte> bytes)
    {
        uint sum = 2166136261;
        foreach (byte item in bytes)
        {
            sum = unchecked((sum ^ item) * 16777619);
        }

        return sum;
    }
}
