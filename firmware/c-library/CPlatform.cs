// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.CLibrary;

/// <summary>The machine as the C firmware describes it.</summary>
/// <param name="config">The description, which outlives the remote.</param>
internal readonly unsafe struct CPlatform(Config* config) : IPlatform
{
    /// <inheritdoc/>
    public static bool Prefetches => false;

    /// <inheritdoc/>
    public static bool HasPlainRings => true;

    /// <inheritdoc/>
    public static bool CountsTraffic => false;

    /// <inheritdoc/>
    public void Notify(uint notifyId) => _ = Native.Call(config->Context, (void*)notifyId, 0, config->Notify);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        Window* window = config->Windows;
        for (uint i = config->WindowCount; i != 0; i--, window++)
        {
            // Below the window the offset wraps to a huge one.
            ulong offset = address.Value - window->DeviceAddress;
            if (offset <= window->LengthBytes && lengthBytes <= window->LengthBytes - offset)
            {
                pointer = window->Start + (nuint)offset;
                return true;
            }
        }

        pointer = config->Translate == null
            ? null
            : Native.CallTranslate(config->Context, config->Translate, address.Value, lengthBytes);
        return pointer != null;
    }

    /// <inheritdoc/>
    public static void FullFence() => Native.Fence();

    /// <inheritdoc/>
    public void Clean(void* start, nuint lengthBytes)
    {
        // CACHE: the C firmware's affair.
        if (config->Clean != null)
        {
            _ = Native.Call(config->Context, start, lengthBytes, config->Clean);
        }
    }

    /// <inheritdoc/>
    public void Invalidate(void* start, nuint lengthBytes)
    {
        // CACHE: as above.
        if (config->Invalidate != null)
        {
            _ = Native.Call(config->Context, start, lengthBytes, config->Invalidate);
        }
    }

    /// <inheritdoc/>
    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(MemoryMarshal.CreateSpan(ref *destination, source.Length));

    /// <inheritdoc/>
    public static void Prefetch(void* start)
    {
        // These cores have no use for it.
    }
}
