// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A received message, in this side's own memory: the peer cannot change it any more.</summary>
/// <remarks>It owns its memory until it is disposed; then the memory serves the next message. Disposing twice, or a
/// copy of the value, is harmless; reading a disposed message throws.</remarks>
public readonly struct RpmsgMessage : IDisposable
{
    private readonly MessageBuffer? _buffer;
    private readonly int _generation;

    internal RpmsgMessage(MessageBuffer buffer, int lengthBytes, uint source, uint destination)
    {
        _buffer = buffer;
        _generation = buffer.Generation;
        LengthBytes = lengthBytes;
        Source = source;
        Destination = destination;
    }

    /// <summary>Length of the payload, in bytes.</summary>
    public int LengthBytes { get; }

    /// <summary>Address of the sender.</summary>
    public uint Source { get; }

    /// <summary>Address it was sent to.</summary>
    public uint Destination { get; }

    /// <summary>The payload, until the message is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The message was disposed.</exception>
    public ReadOnlyMemory<byte> Memory => _buffer is null ? default : _buffer.Slice(LengthBytes, _generation);

    /// <summary>The payload, until the message is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The message was disposed.</exception>
    public ReadOnlySpan<byte> Payload => Memory.Span;

    /// <summary>Lets the memory go.</summary>
    public void Dispose() => _buffer?.Release(_generation);
}
