// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;

namespace OpenAmp.Qemu;

/// <summary>Which board is a processor, and how it is emulated.</summary>
public sealed record QemuProcessorOptions
{
    /// <summary>The board.</summary>
    public required QemuBoard Board { get; init; }

    /// <summary>Name of the processor, in logs and messages. The board's by default.</summary>
    public string? Name { get; init; }

    /// <summary>The emulator to run instead of the board's: a name that PATH finds, or a path.</summary>
    public string? Program { get; init; }

    /// <summary>Arguments for QEMU after the board's own. None by default.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The memory to use, when several boards share one. Each has its own by default.</summary>
    public QemuMemory? SharedMemory { get; init; }

    /// <summary>Where firmware is linked to, when that is not where the board says: for boards that share memory.
    /// </summary>
    public QemuWindow? Image { get; init; }

    /// <summary>Where the host puts rings and buffers, when that is not where the board says.</summary>
    public QemuWindow? Pool { get; init; }

    /// <summary>Where the board's first UART leads. To this process by default: it is the doorbell.</summary>
    public QemuUartEnd? FirstUart { get; init; }

    /// <summary>Where the board's second UART leads. Nowhere by default.</summary>
    public QemuUartEnd? SecondUart { get; init; }

    /// <summary>Whether a start that follows a stop resets the machine of the run before, when the image is the same:
    /// milliseconds instead of a new process. A crash always ends the machine. <see langword="true"/> by
    /// default.</summary>
    public bool ReusesMachine { get; init; } = true;

    /// <summary>Whether the board is held before its first instruction until a debugger lets it go on.</summary>
    public bool StartsHeld { get; init; }

    /// <summary>How long QEMU may take to answer a command, and to come up. 10 s by default.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The board with the windows that were chosen.</summary>
    internal QemuBoard EffectiveBoard => Board with { Image = Image ?? Board.Image, Pool = Pool ?? Board.Pool };

    /// <summary>Refuses what makes no processor.</summary>
    /// <exception cref="ArgumentException">A member has an impossible value.</exception>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Board);
        ArgumentNullException.ThrowIfNull(Arguments);
        if (CommandTimeout <= TimeSpan.Zero && CommandTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(CommandTimeout), CommandTimeout, "A time limit is more than zero.");
        }

        QemuBoard board = EffectiveBoard;
        if (!board.Ram.Contains(board.Image) || !board.Ram.Contains(board.Pool))
        {
            throw new ArgumentException(
                $"Image {board.Image} and pool {board.Pool} must lie in the memory of board '{board.Name}', "
                    + $"{board.Ram}.", nameof(Image));
        }

        if (SharedMemory is { } memory && memory.Window != board.Ram)
        {
            throw new ArgumentException(
                $"The shared memory has the addresses {memory.Window}; board '{board.Name}' has its memory at "
                    + $"{board.Ram}. Boards that share memory have it at the same addresses.", nameof(SharedMemory));
        }
    }
}
