// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Qemu.Tests;

/// <summary>Single bytes of shared memory.</summary>
internal static unsafe class RegionBytes
{
    internal static byte Read(this SharedRegion region, int offset) => region.Start[offset];

    /// <summary>Fills the start of a region.</summary>
    internal static void Write(this SharedRegion region, byte value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            region.Start[i] = value;
        }
    }
}
