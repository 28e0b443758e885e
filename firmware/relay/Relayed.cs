// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Relay;

/// <summary>A message on its way to the peer: a copy, so that the host has its buffer back.</summary>
internal struct Relayed
{
    // Payload of the peer's buffers, which this board makes.
    private const int MaxBytes = 496;

#pragma warning disable CS0649 // Only its address is used.
    private Bytes _bytes;
#pragma warning restore CS0649
    private int _lengthBytes;

    /// <summary>Whether there is one.</summary>
    public bool IsWaiting { get; private set; }

    public uint Source { get; private set; }

    public uint Destination { get; private set; }

    // SAFETY: a program's memory is static, and so is what is part of it.
    public unsafe ReadOnlySpan<byte> Payload => new(Unsafe.AsPointer(ref _bytes), _lengthBytes);

    /// <summary>Keeps a message. False when it is longer than the peer's buffers: it can never go on.</summary>
    public unsafe bool TryKeep(in RpmsgDelivery message)
    {
        if (message.LengthBytes > MaxBytes)
        {
            return false;
        }

        // SAFETY: as above.
        message.Payload.CopyTo(new Span<byte>(Unsafe.AsPointer(ref _bytes), MaxBytes));
        _lengthBytes = message.LengthBytes;
        Source = message.Source;
        Destination = message.Destination;
        IsWaiting = true;
        return true;
    }

    public void Clear() => IsWaiting = false;

    [InlineArray(MaxBytes / sizeof(uint))]
    private struct Bytes
    {
        private uint _first;
    }
}
