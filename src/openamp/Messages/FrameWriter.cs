// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Messages;

/// <summary>Writes messages to a stream of bytes.</summary>
/// <remarks>One thread at a time. The stream belongs to the caller.</remarks>
internal static class FrameWriter
{
    /// <summary>Writes one message, and what tells it from the next.</summary>
    public static async ValueTask WriteAsync(
        Stream stream, MessageFrames frames, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        int before = frames == MessageFrames.Length ? sizeof(uint) : 0;
        int behind = frames == MessageFrames.Lines ? 1 : 0;
        byte[] bytes = new byte[before + message.Length + behind];
        if (before > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)message.Length);
        }

        message.CopyTo(bytes.AsMemory(before));
        if (behind > 0)
        {
            bytes[^1] = (byte)'\n';
        }

        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
