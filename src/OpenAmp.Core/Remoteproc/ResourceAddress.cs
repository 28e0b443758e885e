// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Special values of the address fields of a resource table.</summary>
public static class ResourceAddress
{
    /// <summary>"Place it where you like": the loader chooses the address and writes it into the table
    /// (FW_RSC_ADDR_ANY, FW_RSC_U32_ADDR_ANY).</summary>
    /// <remarks>
    /// Linux wants it in a carveout unless the platform reserves the memory: it does not correct an address that it
    /// could not honour. The C reference takes it literally on a 64-bit host and fails.
    /// </remarks>
    public const uint Any = 0xFFFF_FFFF;

    /// <summary>The same for 64-bit fields (FW_RSC_U64_ADDR_ANY). No field of version 1 is that wide.</summary>
    public const ulong Any64 = 0xFFFF_FFFF_FFFF_FFFF;
}
