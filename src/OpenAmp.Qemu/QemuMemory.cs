// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Linux;

namespace OpenAmp.Qemu;

/// <summary>The memory that emulated boards share with this process, and with each other when it is given to several:
/// then one's firmware sees what the other's writes, at the same addresses.</summary>
/// <remarks>It has a descriptor and no name: nothing is left when everybody who has it is gone. Give each processor
/// an image window and a pool of its own. Dispose it after the processors.</remarks>
public sealed class QemuMemory : IDisposable
{
    private QemuMemory(QemuWindow window, SharedMemory shared)
    {
        Window = window;
        Shared = shared;
    }

    /// <summary>Which addresses it has, as the boards see them.</summary>
    public QemuWindow Window { get; }

    /// <summary>The mapping.</summary>
    internal SharedMemory Shared { get; }

    /// <summary>Makes the memory of a board, zeroed.</summary>
    /// <param name="board">The board, or one of several that have it at the same addresses.</param>
    /// <returns>The memory; the caller disposes it.</returns>
    /// <exception cref="IOException">There is not so much memory.</exception>
    public static QemuMemory Create(QemuBoard board)
    {
        ArgumentNullException.ThrowIfNull(board);
        return new(board.Ram, SharedMemory.CreateSparse((long)board.Ram.LengthBytes, board.Ram.Address));
    }

    /// <summary>Unmaps it.</summary>
    public void Dispose() => Shared.Dispose();
}
