// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using OpenAmp.Elf;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>Accepts firmware in the OP-TEE remoteproc format that one of the trusted keys signed.</summary>
/// <remarks>
/// <para>In this order: the file is well formed; a trusted key of the signature's own type made the signature over
/// header
/// and TLVs; images have the digests that were signed, where the file carries them; every program header to load is
/// the next one in the signed hash table, with all its fields, and its bytes have the hash; entry point and resource
/// table lie in what is covered.</para>
/// <para>Nothing of an image is looked at before the signature is good. Immutable; any number of threads may use one.
/// </para>
/// </remarks>
public sealed class OpteeFirmwareVerifier : FirmwareVerifier
{
    private readonly FirmwarePublicKey[] _trustedKeys;
    private readonly OpteeVerifierOptions _options;

    /// <summary>Trusts one key and demands no more than the defaults.</summary>
    /// <param name="trustedKey">The key.</param>
    public OpteeFirmwareVerifier(FirmwarePublicKey trustedKey)
        : this([trustedKey])
    {
    }

    /// <summary>Trusts several keys, so that a new one can be rolled out before the old one is withdrawn.</summary>
    /// <param name="trustedKeys">The keys, at least one.</param>
    /// <param name="options">What else to demand; null for the defaults.</param>
    /// <exception cref="ArgumentException">No key is given.</exception>
    public OpteeFirmwareVerifier(IEnumerable<FirmwarePublicKey> trustedKeys, OpteeVerifierOptions? options = null)
    {
        _trustedKeys = [.. trustedKeys];
        if (_trustedKeys.Length == 0)
        {
            throw new ArgumentException(
                "No trusted key was given. A verifier without keys would refuse everything.", nameof(trustedKeys));
        }

        _options = options ?? new OpteeVerifierOptions();
    }

    /// <summary>The keys that are trusted.</summary>
    public IReadOnlyList<FirmwarePublicKey> TrustedKeys => _trustedKeys;

    /// <inheritdoc/>
    public override FirmwareVerification VerifyInPlace(ReadOnlyMemory<byte> file)
    {
        SignedFirmware firmware = SignedFirmware.Parse(file);
        FirmwarePublicKey key = FindSigner(firmware);
        CheckTlvTypes(firmware);
        CheckDigests(firmware);
        CheckImages(firmware);
        return new FirmwareVerification
        {
            Images = [.. firmware.Images.Select(image => image.Content)],
            Key = key,
            IsWholeImageSigned = firmware.ImageDigests.Count != 0,
            ContentDigest = Convert.ToHexStringLower(firmware.GetContentDigest()),
            Firmware = firmware,
        };
    }

    private FirmwarePublicKey FindSigner(SignedFirmware firmware)
    {
        bool hasType = false;
        bool hasLength = false;
        foreach (FirmwarePublicKey key in _trustedKeys)
        {
            // The key decides what it is used for, never the file: an RSA signature is not tried with an EC key.
            if (key.SignatureType != firmware.SignatureType)
            {
                continue;
            }

            hasType = true;
            if (key.SignatureSizeBytes != firmware.Signature.Length)
            {
                continue;
            }

            hasLength = true;
            if (key.IsSignedBy(firmware.SignedContent.Span, firmware.Signature.Span))
            {
                return key;
            }
        }

        throw NoSigner(firmware, hasType, hasLength);
    }

    private FirmwareAuthenticationException NoSigner(SignedFirmware firmware, bool hasType, bool hasLength)
    {
        string keys = string.Join(", ", _trustedKeys.Select(key => $"{key} ({key.Name})"));
        if (!hasType)
        {
            _ = firmware.TryFindTlv(FirmwareTlvType.SignatureType, out FirmwareTlv type);
            return FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.TrustedKey, type.ValueOffsetBytes,
                "a signature of the type of a trusted key",
                firmware.SignatureType.ToString(), $"Trusted: {keys}.");
        }

        if (!hasLength)
        {
            return FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.SignatureLength, SignedFirmwareReader.SignatureLengthOffset,
                "a signature as long as a trusted key makes it",
                Invariant($"{firmware.Signature.Length} bytes"), $"Trusted: {keys}.");
        }

        return FirmwareAuthenticationException.Broken(
            FirmwareAuthenticationRule.Signature, firmware.SignatureOffsetBytes,
            "the signature of a trusted key over header and TLVs", "a signature that fits none",
            $"The file was altered, or somebody else signed it. Trusted: {keys}.");
    }

    private static void CheckTlvTypes(SignedFirmware firmware)
    {
        foreach (FirmwareTlv tlv in firmware.Tlvs)
        {
            if (!tlv.IsKnown)
            {
                // The signer meant something by it that this reader would silently not do.
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.TlvKnown, tlv.OffsetBytes,
                    "TLV types of the format, or from 0x10000 to 0x1ffff", tlv.Name,
                    "A newer format may define it; this version does not know what it asks for.");
            }
        }
    }

    private void CheckDigests(SignedFirmware firmware)
    {
        if (firmware.ImageDigests.Count == 0)
        {
            if (_options.RequireWholeImageHash)
            {
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.ImageDigestPresent, SignedFirmware.HeaderSizeBytes,
                    "a TLV OPENAMP_IMAGE_DIGESTS, so that the signature covers whole images", "none",
                    "Sign the image with openamp firmware sign, or do not set RequireWholeImageHash.");
            }

            return;
        }

        foreach (SignedFirmwareImage image in firmware.Images)
        {
            byte[] actual = SHA256.HashData(image.Content.Span);
            ReadOnlySpan<byte> expected = firmware.ImageDigests[image.Index].Span;
            if (!CryptographicOperations.FixedTimeEquals(actual, expected))
            {
                throw FirmwareAuthenticationException.Broken(
                    FirmwareAuthenticationRule.ImageDigest, image.OffsetBytes,
                    Invariant($"image {image.Index} to have the SHA-256 {Convert.ToHexStringLower(expected)}"),
                    Convert.ToHexStringLower(actual), "The image was altered after it was signed.");
            }
        }
    }

    private void CheckImages(SignedFirmware firmware)
    {
        bool isWholeImageSigned = firmware.ImageDigests.Count != 0;
        var table = new HashTableMatch(firmware.HashTable, isWholeImageSigned);
        foreach (SignedFirmwareImage image in firmware.Images)
        {
            ElfImage elf = ParseElf(image);
            table.Take(image, elf);
            if (!isWholeImageSigned)
            {
                CoveragePolicy.Check(image, elf, _options.AllowNoEntryPoint);
            }
        }

        table.Finish();
    }

    private static ElfImage ParseElf(SignedFirmwareImage image)
    {
        if (!ElfImage.TryParse(image.Content.Span, out ElfImage? elf, out ElfFault fault))
        {
            throw FirmwareAuthenticationException.Broken(
                FirmwareAuthenticationRule.InnerImage,
                image.FileOffsetOf(fault.OffsetBytes),
                Invariant($"image {image.Index} to be a well-formed ELF image"), fault.ToString(),
                inner: new ElfException(fault));
        }

        return elf;
    }
}
