// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

public sealed class FirmwareKeyTests
{
    [Fact]
    public void EveryPemFormOfAnRsaKeyIsTheSameKey()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(TestKeys.RsaPem);
        string expected = Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()));

        foreach (string pem in new[]
        {
            TestKeys.RsaPem, rsa.ExportRSAPrivateKeyPem(), rsa.ExportRSAPublicKeyPem(),
            rsa.ExportSubjectPublicKeyInfoPem(), "# a note before it\n" + rsa.ExportSubjectPublicKeyInfoPem(),
        })
        {
            var key = FirmwarePublicKey.FromPem(pem);
            Assert.Equal(expected, key.Fingerprint);
            Assert.Equal(FirmwareSignatureType.RsaPkcs1Sha256, key.SignatureType);
            Assert.Equal(2048, key.KeySizeBits);
            Assert.Equal(256, key.SignatureSizeBytes);
        }
    }

    [Fact]
    public void EveryPemFormOfAnEcKeyIsTheSameKey()
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(TestKeys.EcPem);
        string expected = Convert.ToHexStringLower(SHA256.HashData(ecdsa.ExportSubjectPublicKeyInfo()));

        foreach (string pem in new[]
        {
            TestKeys.EcPem, ecdsa.ExportECPrivateKeyPem(), ecdsa.ExportSubjectPublicKeyInfoPem(),
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + ecdsa.ExportECPrivateKeyPem(),
        })
        {
            var key = FirmwarePublicKey.FromPem(pem);
            Assert.Equal(expected, key.Fingerprint);
            Assert.Equal(FirmwareSignatureType.EcdsaP256Sha256, key.SignatureType);
            Assert.Equal(64, key.SignatureSizeBytes);
        }
    }

    [Fact]
    public void AnEncryptedKeySignsWithItsPasswordOnly()
    {
        foreach (string pem in new[] { TestKeys.RsaPem, TestKeys.EcPem })
        {
            string encrypted = Encrypt(pem);
            using var key = FirmwareSigningKey.FromPem(encrypted, password: "secret");
            Assert.Equal(FirmwarePublicKey.FromPem(pem).Fingerprint, key.PublicKey.Fingerprint);
            Refused("password", () => FirmwareSigningKey.FromPem(encrypted));
            Refused("cannot be read", () => FirmwareSigningKey.FromPem(encrypted, password: "wrong"));
        }
    }

    [Fact]
    public void APublicKeyDoesNotSign() =>
        Refused("public key", () => FirmwareSigningKey.FromPem(FirmwarePublicKey.FromPem(TestKeys.EcPem).ToPem()));

    [Fact]
    public void AWrittenKeyIsReadAgain()
    {
        var key = FirmwarePublicKey.FromPem(TestKeys.RsaPem);
        Assert.Equal(key.Fingerprint, FirmwarePublicKey.FromPem(key.ToPem()).Fingerprint);
    }

    [Fact]
    public void ShortRsaKeysAreRefused() =>
        Refused("1024 bits", () => FirmwarePublicKey.FromPem(TestKeys.MakeRsa(1024), "short.pem"));

    [Fact]
    public void OtherCurvesAreRefused()
    {
        Refused("P-256", () => FirmwarePublicKey.FromPem(TestKeys.MakeEc(ECCurve.NamedCurves.nistP384)));
        Refused("P-256", () => FirmwareSigningKey.FromPem(TestKeys.MakeEc(ECCurve.NamedCurves.nistP521)));
    }

    [Theory]
    [InlineData("prime256v1", true)]
    [InlineData("secp256k1", false)]
    [InlineData("brainpoolP256r1", false)]
    public async Task ACurveIsKnownByItsNameNotByItsSize(string curve, bool isAccepted)
    {
        using var openssl = new OpenSsl();
        string path = openssl.PathOf("key.pem");
        await OpenSsl.MustAsync("ecparam", "-genkey", "-name", curve, "-out", path);
        if (isAccepted)
        {
            Assert.Equal(256, FirmwarePublicKey.ReadPemFile(path).KeySizeBits);
            return;
        }

        Assert.Throws<FirmwareKeyException>(() => FirmwarePublicKey.ReadPemFile(path));
    }

    [Fact]
    public async Task ACurveThatIsWrittenOutIsRefused()
    {
        using var openssl = new OpenSsl();
        string path = openssl.PathOf("key.pem");
        await OpenSsl.MustAsync(
            "ecparam", "-genkey", "-name", "prime256v1", "-param_enc", "explicit", "-out", path);
        Assert.Throws<FirmwareKeyException>(() => FirmwarePublicKey.ReadPemFile(path));
    }

    [Fact]
    public async Task OtherKindsOfKeysAreRefusedByTheirKind()
    {
        using var openssl = new OpenSsl();
        string path = openssl.PathOf("key.pem");
        await OpenSsl.MustAsync("genpkey", "-algorithm", "ED25519", "-out", path);
        Refused("1.3.101.112", () => FirmwareSigningKey.ReadPemFile(path));
    }

    [Fact]
    public async Task TheFingerprintIsWhatTheOpensslCommandHashes()
    {
        using var openssl = new OpenSsl();
        string path = openssl.Write("key.pem", TestKeys.EcPem);
        await OpenSsl.MustAsync("pkey", "-in", path, "-pubout", "-outform", "DER", "-out", openssl.PathOf("key.der"));
        byte[] der = await File.ReadAllBytesAsync(openssl.PathOf("key.der"), TestContext.Current.CancellationToken);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(der)), FirmwarePublicKey.ReadPemFile(path).Fingerprint);
    }

    [Fact]
    public void AnRsaExponentOfOneIsRefused()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(TestKeys.RsaPem);
        byte[] modulus = rsa.ExportParameters(false).Modulus!;
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(modulus);
            writer.WriteInteger(1);
        }

        string pem = PemEncoding.WriteString("RSA PUBLIC KEY", writer.Encode());
        Assert.Throws<FirmwareKeyException>(() => FirmwarePublicKey.FromPem(pem));
    }

    [Theory]
    [InlineData("", "no PEM block")]
    [InlineData("not a key", "no PEM block")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "openssl x509")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "ssh-keygen")]
    [InlineData("-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----", "DH PARAMETERS")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "cannot be read")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----", "cannot be read")]
    [InlineData("-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "cannot be read")]
    public void WhatIsNoKeySaysWhatItIs(string pem, string expected) =>
        Refused(expected, () => FirmwarePublicKey.FromPem(pem));

    [Fact]
    public void TwoKeysInOneFileAreRefused() =>
        Refused("2 PEM blocks", () => FirmwarePublicKey.FromPem(TestKeys.EcPem + "\n" + TestKeys.OtherEcPem));

    [Fact]
    public void AFileThatIsTooLargeForAKeyIsRefused()
    {
        using var openssl = new OpenSsl();
        string path = openssl.Write("firmware.bin", new byte[70_000]);
        FirmwareKeyException e = Refused("right file", () => FirmwarePublicKey.ReadPemFile(path));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        IOException e = Assert.ThrowsAny<IOException>(() => FirmwarePublicKey.ReadPemFile("/nonexistent/key.pem"));
        Assert.Contains("/nonexistent", e.Message, StringComparison.Ordinal);
    }

    private static string Encrypt(string pem)
    {
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 100);
        using var rsa = RSA.Create();
        using var ecdsa = ECDsa.Create();
        AsymmetricAlgorithm key = pem == TestKeys.RsaPem ? rsa : ecdsa;
        key.ImportFromPem(pem);
        return key.ExportEncryptedPkcs8PrivateKeyPem("secret", parameters);
    }

    private static FirmwareKeyException Refused(string expected, Func<object> read)
    {
        FirmwareKeyException e = Assert.Throws<FirmwareKeyException>(read);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        return e;
    }
}
