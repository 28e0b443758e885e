// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Platform;
using OpenAmp.Remoteproc;

namespace OpenAmp.Trace;

/// <summary>Writes text around and around a classic trace buffer, which nothing but the text itself describes.
/// </summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
/// <remarks>
/// <para>Nobody is told and nothing is held back: a host that looks too seldom misses text and can only guess so. Use
/// a flip-flop buffer where every line counts.</para>
/// <para>Bytes are stored one by one, each after those before it, so that a reader who copies from the end towards the
/// start never sees a byte without those before it.</para>
/// <para>One thread at a time. Nothing is read from shared memory.</para>
/// </remarks>
public unsafe struct TextTraceWriter<TPlatform>
    where TPlatform : struct, IPlatform
{
    private readonly byte* _start;
    private readonly uint _usableBytes;
    private readonly bool _hasEnding;
    private TPlatform _platform;

    internal TextTraceWriter(TPlatform platform, byte* start, uint usableBytes, bool hasEnding)
    {
        _platform = platform;
        _start = start;
        _usableBytes = usableBytes;
        _hasEnding = hasEnding;
    }

    /// <summary>Where the next byte goes, in bytes from the start. At the end of the buffer it goes to the start.
    /// </summary>
    public uint PositionBytes { get; private set; }

    /// <summary>Writes text over the oldest text. Does not block and rings nobody.</summary>
    /// <param name="text">UTF-8, with newlines. A zero byte would end the text, so a question mark stands for it.
    /// </param>
    public void Write(ReadOnlySpan<byte> text)
    {
        uint first = PositionBytes;
        for (int i = 0; i < text.Length; i++)
        {
            if (PositionBytes == _usableBytes)
            {
                Clean(first);
                first = 0;
                PositionBytes = 0;
            }

            Put(text[i] == 0 ? (byte)'?' : text[i]);
        }

        Clean(first);
    }

    private void Put(byte value)
    {
        // SAFETY: the position is below the usable length; with an ending there is one more byte behind that.
        byte* target = _start + PositionBytes;
        if (_hasEnding)
        {
            // First, so that a reader never runs from the newest byte into the oldest.
            Store(target + 1, 0);
        }

        Store(target, value);
        PositionBytes++;
    }

    // CACHE: the host reads what was written since a position, and the ending.
    private void Clean(uint first)
        => _platform.Clean(_start + first, PositionBytes - first + (_hasEnding ? 1u : 0u));

    // SAFETY: the callers keep the address within the buffer. The releasing store keeps the order of the bytes.
    internal static void Store(byte* target, byte value) => ((SharedByte*)target)->Write(value);
}
