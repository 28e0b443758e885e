// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using static System.FormattableString;

namespace OpenAmp.Remoteproc;

/// <summary>What a verifier found in a firmware file that it accepts.</summary>
/// <remarks>Holding one proves that a <see cref="FirmwareVerifier"/> accepted these bytes. It does not prove that they
/// are the newest release, nor that they were meant for this processor: the formats do not say; a platform TLV can.
/// </remarks>
public sealed class FirmwareVerification
{
    /// <summary>The images to load, in order; at least one. They may end in up to 7 bytes of zero padding.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Images { get; init; }

    /// <summary>The only image.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public ReadOnlyMemory<byte> Image => Images.Count == 1
        ? Images[0]
        : throw new InvalidOperationException(Invariant(
            $"The firmware holds {Images.Count} images; take them from Images, in order."));

    /// <summary>The trusted key that signed them.</summary>
    public required FirmwarePublicKey Key { get; init; }

    /// <summary>Whether the signature covers every byte of the images. If not, it covers what their segments load, and
    /// the verifier made sure that entry point and resource table lie in there.</summary>
    public required bool IsWholeImageSigned { get; init; }

    /// <summary>What the signature covers, in lower-case hexadecimal SHA-256: what to know the release by.</summary>
    public required string ContentDigest { get; init; }

    /// <summary>The file's parts, for whoever wants its platform TLVs.</summary>
    public required SignedFirmware Firmware { get; init; }
}
