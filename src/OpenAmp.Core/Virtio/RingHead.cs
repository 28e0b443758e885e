// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Memory;

namespace OpenAmp.Virtio;

/// <summary>What the heads of both rings have in common: all of it. See <see cref="AvailRing"/> and
/// <see cref="UsedRing"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RingHead
{
    public const int SizeBytes = 4;

    public SuppressionFlags Flags;
    public PublishedIndex Index;
}
