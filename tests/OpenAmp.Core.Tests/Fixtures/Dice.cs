// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Core.Tests;

/// <summary>Numbers that look random and follow from a seed alone (xorshift64*).</summary>
internal struct Dice
{
    private ulong _state;

    public Dice(ulong seed) => _state = (seed ^ 0x9E3779B97F4A7C15) | 1;

    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return unchecked(_state * 0x2545F4914F6CDD1D);
    }

    /// <summary>A number from 0 to one less than the bound.</summary>
    public int Below(int bound) => (int)((Next() >> 16) % (ulong)bound);

    public bool OneIn(int count) => Below(count) == 0;

    public void Fill(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = unchecked((byte)(Next() >> 32));
        }
    }
}
