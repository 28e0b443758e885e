// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Special values of the notify ids of a resource table.</summary>
/// <remarks>A notify id is the number a kick carries, where the doorbell carries one; it names a vring.</remarks>
public static class NotifyId
{
    /// <summary>In a table: "give me a free id", written back by the host. In a notification: every vring
    /// (RSC_NOTIFY_ID_ANY).</summary>
    public const uint Any = 0xFFFF_FFFF;
}
