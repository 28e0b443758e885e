// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;

namespace OpenAmp.Remoteproc;

/// <summary>One TLV of signed firmware: a type, a length and a value, as they stand in the file.</summary>
/// <param name="Type">What the value says.</param>
/// <param name="OffsetBytes">Where the TLV begins, in bytes from the start of the file.</param>
/// <param name="Value">The value, without its padding.</param>
public readonly record struct FirmwareTlv(FirmwareTlvType Type, int OffsetBytes, ReadOnlyMemory<byte> Value)
{
    internal const int HeadSizeBytes = 8;

    /// <summary>Whether the type lies in the platform's range, 0x10000 up to but not including 0x20000.</summary>
    public bool IsPlatform => Type is >= FirmwareTlvType.PlatformFirst and <= FirmwareTlvType.PlatformLast;

    /// <summary>Whether the format gives the type a meaning, or leaves it to the platform.</summary>
    public bool IsKnown => IsPlatform
        || Type is >= FirmwareTlvType.SignatureType and <= FirmwareTlvType.ImageSizes
        || Type is FirmwareTlvType.HashTable or FirmwareTlvType.KeyInformation;

    /// <summary>The type as the format writes it: "SIGNTYPE"; a number where it has no name.</summary>
    public string Name => NameOf(Type);

    internal int ValueOffsetBytes => OffsetBytes + HeadSizeBytes;

    internal static string NameOf(FirmwareTlvType type) => type switch
    {
        FirmwareTlvType.SignatureType => "SIGNTYPE",
        FirmwareTlvType.HashType => "HASHTYPE",
        FirmwareTlvType.ImageCount => "NUM_IMG",
        FirmwareTlvType.ImageTypes => "IMGTYPE",
        FirmwareTlvType.ImageSizes => "IMGSIZE",
        FirmwareTlvType.HashTable => "HASHTABLE",
        FirmwareTlvType.KeyInformation => "PKEYINFO",
        FirmwareTlvType.ImageDigests => "OPENAMP_IMAGE_DIGESTS",
        FirmwareTlvType.HashTable64 => "OPENAMP_HASHTABLE64",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{(uint)type:x}"),
    };
}
