// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How the segments of signed firmware are hashed: the value of its HASHTYPE TLV.</summary>
public enum FirmwareHashType : byte
{
    /// <summary>No type: no file may say so.</summary>
    None = 0,

    /// <summary>SHA-256, 32 bytes.</summary>
    Sha256 = 1,
}
