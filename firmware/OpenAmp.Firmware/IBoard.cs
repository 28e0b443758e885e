// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware;

/// <summary>What firmware needs of the board it runs on.</summary>
/// <remarks>Always a struct given as a type argument: each call is direct, and what nobody calls is not in the image.
/// See docs/boards.md for how to add one.</remarks>
public interface IBoard
{
    /// <summary>First address of the memory in which the host may place rings and buffers.</summary>
    /// <remarks>The image lies outside: no descriptor can make the firmware write over itself.</remarks>
    static abstract nuint PoolStart { get; }

    /// <summary>Length of that memory, in bytes.</summary>
    static abstract nuint PoolBytes { get; }

    /// <summary>Makes the doorbell ready in both directions, and lets its interrupt through.</summary>
    static abstract void Start();

    /// <summary>Sends the host a byte through the doorbell.</summary>
    /// <param name="value">Below 0x80 a kick; <see cref="Doorbell.Panic"/> the news of a panic.</param>
    static abstract void Ring(byte value);

    /// <summary>Deals with the interrupt that made the processor call this, if it is the doorbell's or the tick's.
    /// </summary>
    /// <returns>The number of an interrupt that is neither; -1 when there is nothing left to do.</returns>
    static abstract int OnInterrupt();

    /// <summary>Sleeps until an interrupt comes, unless the doorbell rang since the last call.</summary>
    /// <remarks>A board that cannot be interrupted looks at its doorbell instead, and returns soon.</remarks>
    static abstract void Sleep();

    /// <summary>Begins to interrupt the sleep regularly.</summary>
    /// <param name="milliseconds">The period: 1 to 500.</param>
    static abstract void StartTick(uint milliseconds);

    /// <summary>Ticks since <see cref="StartTick"/>, modulo 2^32.</summary>
    static abstract uint Ticks { get; }

    /// <summary>Orders all memory accesses before it against all after it, as the host sees them.</summary>
    static abstract void FullFence();

    /// <summary>Line that a panic's registers follow in the trace: their names.</summary>
    static abstract ReadOnlySpan<byte> RegisterNames { get; }

    /// <summary>Names of the panic causes that this board can have. Before each stands the byte that is its number; of
    /// 32 to 37, less 8.</summary>
    static abstract ReadOnlySpan<byte> CauseNames { get; }
}
