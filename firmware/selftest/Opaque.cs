// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Values that no compiler knows, so that it has to compute with them.</summary>
internal static class Opaque
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Of(int value) => value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static uint Of(uint value) => value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Of(long value) => value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Of(ulong value) => value;
}
