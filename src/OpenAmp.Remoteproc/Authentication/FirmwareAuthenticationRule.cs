// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>The rule that a firmware file broke, so that authentication refused it.</summary>
/// <remarks>The number is stable: rule 7 is printed as SGN007. <c>docs/firmware-authentication.md</c> lists
/// them.</remarks>
public enum FirmwareAuthenticationRule
{
    /// <summary>No rule: never in an exception that authentication throws.</summary>
    None = 0,

    /// <summary>SGN001: the file holds the whole header.</summary>
    HeaderComplete = 1,

    /// <summary>SGN002: a plain ELF image is no signed firmware.</summary>
    Signed = 2,

    /// <summary>SGN003: the file begins with the magic number of signed firmware.</summary>
    Magic = 3,

    /// <summary>SGN004: the header's version is the one that is understood.</summary>
    Version = 4,

    /// <summary>SGN005: the file is not of the early layout with a header of 24 bytes.</summary>
    NotEarlyLayout24 = 5,

    /// <summary>SGN006: the file is not of the early layout with a header of 56 bytes.</summary>
    NotEarlyLayout56 = 6,

    /// <summary>SGN007: header, TLVs, signature and images fill the file exactly.</summary>
    Lengths = 7,

    /// <summary>SGN008: the TLV area and the image area are multiples of 8 bytes, and not empty.</summary>
    AreaAlignment = 8,

    /// <summary>SGN009: every TLV lies within the TLV area.</summary>
    TlvBounds = 9,

    /// <summary>SGN010: padding is zero.</summary>
    Padding = 10,

    /// <summary>SGN011: no TLV type occurs twice.</summary>
    TlvUnique = 11,

    /// <summary>SGN012: every TLV that verification needs is there.</summary>
    TlvPresent = 12,

    /// <summary>SGN013: a TLV of known type has the length that its type demands.</summary>
    TlvLength = 13,

    /// <summary>SGN014: the signature type is RSA PKCS#1 v1.5 or ECDSA P-256, both with SHA-256.</summary>
    SignatureType = 14,

    /// <summary>SGN015: the hash type is SHA-256.</summary>
    HashType = 15,

    /// <summary>SGN016: every image is an ELF image.</summary>
    ImageType = 16,

    /// <summary>SGN017: the images' sizes are multiples of 8 and add up to the image area.</summary>
    ImageSizes = 17,

    /// <summary>SGN018: every TLV type is a known one or lies in the platform's range.</summary>
    TlvKnown = 18,

    /// <summary>SGN019: the signature has the length that its type and the key demand.</summary>
    SignatureLength = 19,

    /// <summary>SGN020: a trusted key of the signature's type is there.</summary>
    TrustedKey = 20,

    /// <summary>SGN021: the signature over header and TLVs is one that a trusted key made.</summary>
    Signature = 21,

    /// <summary>SGN022: the inner image is a well-formed ELF image.</summary>
    InnerImage = 22,

    /// <summary>SGN023: every loadable segment's program header is the next one of the signed hash table.</summary>
    SegmentListed = 23,

    /// <summary>SGN024: every entry of the hash table belongs to a program header of an image.</summary>
    EntryUsed = 24,

    /// <summary>SGN025: a segment's bytes have the hash that was signed.</summary>
    SegmentHash = 25,

    /// <summary>SGN026: a program header that is not in the hash table has no say in how the image runs.</summary>
    HeaderHarmless = 26,

    /// <summary>SGN027: a whole image has the digest that was signed.</summary>
    ImageDigest = 27,

    /// <summary>SGN028: the file carries digests of whole images when the verifier demands them.</summary>
    ImageDigestPresent = 28,

    /// <summary>SGN029: the resource table lies within a verified segment.</summary>
    ResourceTable = 29,

    /// <summary>SGN030: the entry point lies within a verified executable segment.</summary>
    EntryPoint = 30,

    /// <summary>SGN031: the file keeps within the limits of the reader.</summary>
    Limit = 31,

    /// <summary>SGN032: an image that is not signed as a whole is little-endian.</summary>
    ByteOrder = 32,
}
