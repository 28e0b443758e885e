// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>One key read from PEM text: RSA of at least 2048 bits or ECDSA on P-256, with or without its private
/// half.</summary>
internal sealed class PemKey : IDisposable
{
    internal const int MinimumRsaBits = 2048;

    // Verification must stay cheap whatever key somebody configures: the cost grows with the square of the bits.
    internal const int MaximumRsaBits = 8192;
    private const int MaximumFileBytes = 64 * 1024;
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EcOid = "1.2.840.10045.2.1";
    private const string P256Oid = "1.2.840.10045.3.1.7";
    private const string MakeRsa = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem";
    private const string MakeEc = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem";

    private PemKey(RSA? rsa, ECDsa? ecdsa, bool isPrivate)
    {
        Rsa = rsa;
        Ecdsa = ecdsa;
        IsPrivate = isPrivate;
    }

    internal RSA? Rsa { get; }

    internal ECDsa? Ecdsa { get; }

    internal bool IsPrivate { get; }

    internal static string ReadFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

        // No length is asked for: a key may come through a pipe.
        byte[] bytes = new byte[MaximumFileBytes + 1];
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count > MaximumFileBytes)
        {
            throw new FirmwareKeyException(Invariant(
                $"Key file {path} has more than {MaximumFileBytes} bytes, which no PEM key has. ")
                    + "Is it the right file?");
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    /// <summary>Reads the one key that the text holds. The name goes into messages.</summary>
    internal static PemKey Read(string pem, string name, string? password)
    {
        (string label, string body) = FindOnlyKey(pem, name);
        PemKey key;
        try
        {
            key = Import(label, Convert.FromBase64String(body), name, password);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or FormatException)
        {
            throw new FirmwareKeyException(
                $"Key {name}: its {label} block cannot be read: {e.Message} "
                    + $"Check the file with: openssl pkey -in {name} -text",
                e);
        }

        key.CheckStrength(name);
        return key;
    }

    public void Dispose()
    {
        Rsa?.Dispose();
        Ecdsa?.Dispose();
    }

    private static (string Label, string Body) FindOnlyKey(string pem, string name)
    {
        var found = new List<(string Label, string Body)>();
        ReadOnlySpan<char> rest = pem;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            string label = rest[fields.Label].ToString();
            if (label != "EC PARAMETERS")
            {
                found.Add((label, rest[fields.Base64Data].ToString()));
            }

            rest = rest[fields.Location.End..];
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new FirmwareKeyException(
                $"Key {name}: no PEM block (-----BEGIN …) was found. A DER key becomes PEM with: "
                    + $"openssl pkey -inform DER -in {name}"),
            _ => throw new FirmwareKeyException(Invariant(
                $"Key {name}: the file holds {found.Count} PEM blocks ({found[0].Label}, {found[1].Label}). ")
                    + "Keep one key per file, so that it is plain which one is trusted."),
        };
    }

    private static PemKey Import(string label, byte[] der, string name, string? password)
    {
        try
        {
            return label switch
            {
                "PUBLIC KEY" => ImportBy(ReadOid(der, isPrivate: false), name, false, key => ImportPublic(key, der)),
                "PRIVATE KEY" => ImportBy(ReadOid(der, isPrivate: true), name, true, key => ImportPrivate(key, der)),
                "RSA PUBLIC KEY" => ImportBy(RsaOid, name, false, key => ((RSA)key).ImportRSAPublicKey(der, out _)),
                "RSA PRIVATE KEY" => ImportBy(RsaOid, name, true, key => ((RSA)key).ImportRSAPrivateKey(der, out _)),
                "EC PRIVATE KEY" => ImportBy(EcOid, name, true, key => ((ECDsa)key).ImportECPrivateKey(der, out _)),
                "ENCRYPTED PRIVATE KEY" => ImportEncrypted(der, name, password),
                "CERTIFICATE" => throw new FirmwareKeyException(
                    $"Key {name} is a certificate. Take its key out with: openssl x509 -in {name} -pubkey -noout"),
                "OPENSSH PRIVATE KEY" => throw new FirmwareKeyException(
                    $"Key {name} is in OpenSSH's own format. Convert a copy with: ssh-keygen -p -m PKCS8 -f {name}"),
                _ => throw new FirmwareKeyException(
                    $"Key {name}: a PEM block \"{label}\" is no key that firmware is signed with. "
                        + $"Make one with: {MakeEc}"),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static void ImportPublic(AsymmetricAlgorithm key, byte[] der) =>
        key.ImportSubjectPublicKeyInfo(der, out _);

    private static void ImportPrivate(AsymmetricAlgorithm key, byte[] der) => key.ImportPkcs8PrivateKey(der, out _);

    private static PemKey ImportBy(string oid, string name, bool isPrivate, Action<AsymmetricAlgorithm> import)
    {
        AsymmetricAlgorithm key = oid switch
        {
            RsaOid => RSA.Create(),
            EcOid => ECDsa.Create(),
            _ => throw new FirmwareKeyException(
                $"Key {name} is of the kind {oid}; firmware is signed with RSA or with ECDSA on P-256. "
                    + $"Make a key with: {MakeEc}"),
        };
        try
        {
            import(key);
            return new PemKey(key as RSA, key as ECDsa, isPrivate);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static PemKey ImportEncrypted(byte[] der, string name, string? password)
    {
        if (password is null)
        {
            throw new FirmwareKeyException(
                $"Key {name} is encrypted and no password was given. Give one, or decrypt a copy with: "
                    + $"openssl pkey -in {name}");
        }

        // What kind of key it is stands in the encrypted part, so each is tried; a wrong password fails both.
        void Decrypt(AsymmetricAlgorithm key) => key.ImportEncryptedPkcs8PrivateKey(password, der, out _);
        try
        {
            return ImportBy(RsaOid, name, true, Decrypt);
        }
        catch (CryptographicException)
        {
            return ImportBy(EcOid, name, true, Decrypt);
        }
    }

    // SubjectPublicKeyInfo is {{oid, parameters}, key}; PKCS#8 is {version, {oid, parameters}, key, …}.
    private static string ReadOid(byte[] der, bool isPrivate)
    {
        AsnReader sequence = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        if (isPrivate)
        {
            sequence.ReadInteger();
        }

        return sequence.ReadSequence().ReadObjectIdentifier();
    }

    private void CheckStrength(string name)
    {
        if (Rsa is not null)
        {
            CheckRsa(Rsa, name);
            return;
        }

        // A curve that is written out instead of named can look like P-256 and have another base point.
        ECCurve curve = Ecdsa!.ExportParameters(includePrivateParameters: false).Curve;
        if (!curve.IsNamed || curve.Oid.Value != P256Oid)
        {
            string actual = curve.IsNamed ? curve.Oid.FriendlyName ?? curve.Oid.Value ?? "unknown" : "written out";
            throw new FirmwareKeyException(
                $"Key {name} is on the curve {actual}; the format knows P-256 (prime256v1) only. "
                    + $"Make a key with: {MakeEc}");
        }
    }

    private static void CheckRsa(RSA rsa, string name)
    {
        if (rsa.KeySize is < MinimumRsaBits or > MaximumRsaBits)
        {
            throw new FirmwareKeyException(Invariant(
                $"Key {name} is RSA of {rsa.KeySize} bits; {MinimumRsaBits} to {MaximumRsaBits} are accepted. ")
                    + $"Make a key with: {MakeRsa}");
        }

        byte[] exponent = rsa.ExportParameters(includePrivateParameters: false).Exponent!;
        if (exponent.AsSpan().TrimStart((byte)0) is [] or [1] || (exponent[^1] & 1) == 0)
        {
            // With the exponent 1 everybody can write a signature.
            throw new FirmwareKeyException(
                $"Key {name} has the RSA exponent 0x{Convert.ToHexStringLower(exponent)}, which protects nothing. "
                    + $"Make a key with: {MakeRsa}");
        }
    }
}
