// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Security.Cryptography;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>A key that firmware signatures are checked with: RSA of 2048 to 8192 bits, or ECDSA on P-256.</summary>
/// <remarks>Holding one proves that the key is of a kind and a strength that firmware may be signed with. Immutable;
/// any
/// number of threads may use it.</remarks>
public sealed class FirmwarePublicKey
{
    internal const int EcdsaSignatureBytes = 64;
    private readonly byte[] _subjectPublicKeyInfo;

    private FirmwarePublicKey(string name, PemKey key)
    {
        Name = name;
        SignatureType = key.Rsa is not null
            ? FirmwareSignatureType.RsaPkcs1Sha256
            : FirmwareSignatureType.EcdsaP256Sha256;
        AsymmetricAlgorithm algorithm = (AsymmetricAlgorithm?)key.Rsa ?? key.Ecdsa!;
        KeySizeBits = algorithm.KeySize;
        _subjectPublicKeyInfo = algorithm.ExportSubjectPublicKeyInfo();
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(_subjectPublicKeyInfo));
    }

    /// <summary>What messages call the key: the path of its file.</summary>
    public string Name { get; }

    /// <summary>The kind of signature that it checks.</summary>
    public FirmwareSignatureType SignatureType { get; }

    /// <summary>Its size in bits: of the modulus, or 256.</summary>
    public int KeySizeBits { get; }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo in DER, in lower-case hexadecimal.</summary>
    /// <remarks>The same as <c>openssl pkey -pubin -in KEY -outform DER | sha256sum</c> prints.</remarks>
    public string Fingerprint { get; }

    /// <summary>The length of the signatures that it checks, in bytes.</summary>
    public int SignatureSizeBytes => SignatureType == FirmwareSignatureType.RsaPkcs1Sha256
        ? (KeySizeBits + 7) / 8
        : EcdsaSignatureBytes;

    /// <summary>Reads a key from PEM text: PUBLIC KEY or RSA PUBLIC KEY. Of a private key it takes the public half.
    /// </summary>
    /// <param name="pem">The text, with one key in it.</param>
    /// <param name="name">What messages shall call the key.</param>
    /// <exception cref="FirmwareKeyException">The text holds no key, more than one, or one that is not accepted.
    /// </exception>
    public static FirmwarePublicKey FromPem(string pem, string name = "key")
    {
        ArgumentNullException.ThrowIfNull(pem);
        using PemKey key = PemKey.Read(pem, name, password: null);
        return new FirmwarePublicKey(name, key);
    }

    /// <summary>Reads a key from a PEM file, at most 64 KiB; it blocks while it reads.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FirmwareKeyException">The file holds no key, more than one, or one that is not accepted.
    /// </exception>
    /// <exception cref="System.IO.IOException">The file cannot be read.</exception>
    public static FirmwarePublicKey ReadPemFile(string path) => FromPem(PemKey.ReadFile(path), path);

    /// <summary>Writes the key as PEM text (PUBLIC KEY).</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _subjectPublicKeyInfo);

    /// <inheritdoc/>
    public override string ToString() => Invariant(
        $"{(SignatureType == FirmwareSignatureType.RsaPkcs1Sha256 ? "RSA" : "ECDSA P-")}{KeySizeBits} {Fingerprint}");

    internal static FirmwarePublicKey Of(PemKey key, string name) => new(name, key);

    /// <summary>Checks a signature of the length that this key makes.</summary>
    /// <remarks>The platform's objects are made anew at each call, because they may not be shared between threads.
    /// </remarks>
    internal bool IsSignedBy(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (SignatureType == FirmwareSignatureType.RsaPkcs1Sha256)
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
            return rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
        return ecdsa.VerifyData(
            content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
