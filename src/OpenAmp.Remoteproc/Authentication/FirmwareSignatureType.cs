// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How signed firmware is signed: the value of its SIGNTYPE TLV.</summary>
public enum FirmwareSignatureType : byte
{
    /// <summary>No type: no file may say so.</summary>
    None = 0,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256; the signature is as long as the key's modulus.</summary>
    RsaPkcs1Sha256 = 1,

    /// <summary>ECDSA on the curve P-256 with SHA-256; the signature is r and s, 32 bytes each, big-endian.</summary>
    EcdsaP256Sha256 = 2,
}
