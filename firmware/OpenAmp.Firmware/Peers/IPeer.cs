// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Peers;

/// <summary>A second processor that shares memory with this one, and is its remote: what the host's part needs to know
/// of it.</summary>
/// <remarks>A struct given as a type argument, as boards are.</remarks>
public interface IPeer
{
    /// <summary>Where the peer's firmware has its resource table.</summary>
    static abstract nuint TableAddress { get; }

    /// <summary>First address of the memory in which this side places the peer's rings and buffers.</summary>
    /// <remarks>Both processors see it at this address, and nobody else places anything there.</remarks>
    static abstract nuint PoolStart { get; }

    /// <summary>Length of that memory, in bytes.</summary>
    static abstract nuint PoolBytes { get; }

    /// <summary>Makes the doorbell between the two ready.</summary>
    static abstract void Start();

    /// <summary>Rings the peer.</summary>
    /// <param name="value">A byte below 0x80.</param>
    static abstract void Ring(byte value);

    /// <summary>Deals with an interrupt, if it is the peer's doorbell.</summary>
    /// <param name="number">The interrupt's number on this board.</param>
    /// <returns><see langword="false"/> when it is another.</returns>
    static abstract bool TryInterrupt(int number);

    /// <summary>Whether the peer said that it panicked, since <see cref="Forgive"/>.</summary>
    static abstract bool HasPanicked { get; }

    /// <summary>Forgets that the peer panicked: it was started anew.</summary>
    static abstract void Forgive();
}
