// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>What a signer adds to the images.</summary>
public sealed record FirmwareSigningOptions
{
    /// <summary>What the platform needs to find the key (PKEYINFO); null for none, the default.</summary>
    public ReadOnlyMemory<byte>? KeyInformation { get; init; }

    /// <summary>TLVs for the platform, in this order; none by default.</summary>
    public IReadOnlyList<FirmwarePlatformTlv> PlatformTlvs { get; init; } = [];

    /// <summary>Whether to sign the whole of each image, in a TLV that this project defines and OP-TEE passes over.
    /// Default: true. Without it the file is, byte for byte, what the upstream script writes.</summary>
    public bool IncludeImageDigests { get; init; } = true;
}
