// SPDX-License-Identifier: BSD-3-Clause

using System.Diagnostics.CodeAnalysis;

namespace OpenAmp.Remoteproc;

/// <summary>What a TLV of signed firmware says.</summary>
/// <remarks>Types below 0x10000 belong to the format, 0x10000 up to but not including 0x20000 to the platform; there
/// are
/// no others. The last two named here are this project's, in the platform's range.</remarks>
[SuppressMessage("Usage", "CA2217", Justification = "TLV types are numbers, not flags.")]
public enum FirmwareTlvType : uint
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>SIGNTYPE, 1 byte: a <see cref="FirmwareSignatureType"/>.</summary>
    SignatureType = 0x01,

    /// <summary>HASHTYPE, 1 byte: a <see cref="FirmwareHashType"/>.</summary>
    HashType = 0x02,

    /// <summary>NUM_IMG, 1 byte: the number of images, at least one.</summary>
    ImageCount = 0x03,

    /// <summary>IMGTYPE, 1 byte per image: 1 for ELF.</summary>
    ImageTypes = 0x04,

    /// <summary>IMGSIZE, 4 bytes per image, little-endian: its size in bytes with its padding to 8.</summary>
    ImageSizes = 0x05,

    /// <summary>HASHTABLE, 64 bytes per program header: the 32-bit program header, and SHA-256 of its file
    /// bytes.</summary>
    HashTable = 0x10,

    /// <summary>PKEYINFO: what the platform needs to find the key; opaque here.</summary>
    KeyInformation = 0x11,

    /// <summary>The first type of the platform's range.</summary>
    PlatformFirst = 0x10000,

    /// <summary>This project's own: "OpenAMP1", then SHA-256 of each image with its padding.</summary>
    ImageDigests = 0x1A3D0,

    /// <summary>This project's own: "OpenAMP1", then 88 bytes per program header of the 64-bit images.</summary>
    HashTable64 = 0x1A3D1,

    /// <summary>The last type of the platform's range.</summary>
    PlatformLast = 0x1FFFF,
}
