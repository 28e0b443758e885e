// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Security.Cryptography;

namespace OpenAmp.Remoteproc;

/// <summary>A private key that firmware is signed with: RSA of 2048 to 8192 bits, or ECDSA on P-256.</summary>
/// <remarks>Its owner disposes it. One thread at a time.</remarks>
public sealed class FirmwareSigningKey : IDisposable
{
    private readonly PemKey _key;

    private FirmwareSigningKey(PemKey key, string name)
    {
        _key = key;
        PublicKey = FirmwarePublicKey.Of(key, name);
    }

    /// <summary>Its public half, which verifiers are to trust.</summary>
    public FirmwarePublicKey PublicKey { get; }

    /// <summary>Reads a private key from PEM text: PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY or, with a password,
    /// ENCRYPTED PRIVATE KEY.</summary>
    /// <param name="pem">The text, with one key in it.</param>
    /// <param name="name">What messages shall call the key.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <exception cref="FirmwareKeyException">The text holds no private key, more than one key, or one that is not
    /// accepted; or the password is missing or wrong.</exception>
    public static FirmwareSigningKey FromPem(string pem, string name = "key", string? password = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        PemKey key = PemKey.Read(pem, name, password);
        if (!key.IsPrivate)
        {
            key.Dispose();
            throw new FirmwareKeyException(
                $"Key {name} is a public key; signing needs the private one. Verifying is what this one is for.");
        }

        return new FirmwareSigningKey(key, name);
    }

    /// <summary>Reads a private key from a PEM file, at most 64 KiB; it blocks while it reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <exception cref="FirmwareKeyException">The file holds no private key, more than one key, or one that is not
    /// accepted; or the password is missing or wrong.</exception>
    /// <exception cref="System.IO.IOException">The file cannot be read.</exception>
    public static FirmwareSigningKey ReadPemFile(string path, string? password = null) =>
        FromPem(PemKey.ReadFile(path), path, password);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal byte[] Sign(ReadOnlySpan<byte> content) => _key.Rsa is { } rsa
        ? rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : _key.Ecdsa!.SignData(
            content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
