// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>The addresses that RPMsg gives a meaning. An address is a 32-bit number that one side chose.</summary>
public static class RpmsgAddress
{
    /// <summary>No address yet, or any address (RPMSG_ADDR_ANY).</summary>
    public const uint Any = 0xFFFF_FFFF;

    /// <summary>The name service (RPMSG_NS_EPT_ADDR).</summary>
    public const uint NameService = 0x35;

    /// <summary>First address that is handed out; those below are for fixed services
    /// (RPMSG_RESERVED_ADDRESSES of open-amp and Linux).</summary>
    public const uint FirstDynamic = 1024;
}
