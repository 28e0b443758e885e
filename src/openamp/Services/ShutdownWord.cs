// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Tool.Services;

/// <summary>The message that asks an answering demo program to end (SHUTDOWN_MSG): its first word, little
/// endian.</summary>
internal static class ShutdownWord
{
    private const uint Value = 0xEF56_A55A;

    /// <summary>Whether a message asks to end.</summary>
    public static bool Begins(ReadOnlySpan<byte> message)
        => BinaryPrimitives.TryReadUInt32LittleEndian(message, out uint word) && word == Value;
}
