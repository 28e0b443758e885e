// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Security.Cryptography;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Keys that all tests share, because making RSA keys takes long.</summary>
internal static class TestKeys
{
    private static readonly Lazy<string> Rsa2048 = new(() => MakeRsa(2048));
    private static readonly Lazy<string> OtherRsa2048 = new(() => MakeRsa(2048));
    private static readonly Lazy<string> P256 = new(() => MakeEc(ECCurve.NamedCurves.nistP256));
    private static readonly Lazy<string> OtherP256 = new(() => MakeEc(ECCurve.NamedCurves.nistP256));

    public static string RsaPem => Rsa2048.Value;

    public static string OtherRsaPem => OtherRsa2048.Value;

    public static string EcPem => P256.Value;

    public static string OtherEcPem => OtherP256.Value;

    public static string PemOf(FirmwareSignatureType type) =>
        type == FirmwareSignatureType.RsaPkcs1Sha256 ? RsaPem : EcPem;

    public static FirmwareSigningKey SigningKey(FirmwareSignatureType type) => FirmwareSigningKey.FromPem(PemOf(type));

    public static FirmwarePublicKey PublicKey(FirmwareSignatureType type) => FirmwarePublicKey.FromPem(PemOf(type));

    public static string MakeRsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    public static string MakeEc(ECCurve curve)
    {
        using var ecdsa = ECDsa.Create(curve);
        return ecdsa.ExportPkcs8PrivateKeyPem();
    }
}
