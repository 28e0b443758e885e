// SPDX-License-Identifier: BSD-3-Clause

using System.Numerics;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Random numbers that are the same for the same seed, on every machine and runtime (SplitMix64).</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next64()
    {
        unchecked
        {
            _state += 0x9e3779b97f4a7c15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>A number from 0 to one below the bound, which is at least 1.</summary>
    public int Below(int bound) => (int)(Next64() % (ulong)bound);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>A length from 1 to the largest, short ones more often.</summary>
    public int Length(int largest)
    {
        int bits = BitOperations.Log2((uint)largest) + 1;
        return 1 + Below(int.Min(largest, 1 << (1 + Below(bits))));
    }
}
