// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using OpenAmp.Elf;

namespace OpenAmp.Qemu;

/// <summary>A board that QEMU emulates: its memory as firmware and host share it, and the machine that plays
/// it.</summary>
/// <remarks>What is known of a board stands in its board.json, of which those below firmware/boards are built in.
/// docs/qemu.md describes the file.</remarks>
public sealed partial record QemuBoard
{
    private const string ResourcePrefix = "boards/";

    /// <summary>The longest board.json that is read, in bytes.</summary>
    private const int MaxFileBytes = 64 << 10;

    private static readonly Lazy<ImmutableArray<QemuBoard>> BuiltIn = new(ReadBuiltIn);

    private QemuBoard()
    {
    }

    /// <summary>The boards that are built in, by name.</summary>
    public static IReadOnlyList<QemuBoard> All => BuiltIn.Value;

    /// <summary>Its name, such as <c>mps2-an386</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that it is found by, such as <c>m4</c>.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>What it is, for people.</summary>
    public required string Description { get; init; }

    /// <summary>Its processor, such as <c>cortex-m4</c>.</summary>
    public required string Core { get; init; }

    /// <summary>What firmware for it says in its ELF header.</summary>
    public required ElfMachine Machine { get; init; }

    /// <summary>Where firmware is linked to.</summary>
    public required QemuWindow Image { get; init; }

    /// <summary>Where the host puts rings, buffers and carveouts that may lie anywhere.</summary>
    public required QemuWindow Pool { get; init; }

    /// <summary>How much of the image's window a firmware's read-only part should need; 0 when nobody says.</summary>
    public required long FlashBytes { get; init; }

    /// <summary>How much memory a firmware should need besides; 0 when nobody says.</summary>
    public required long RamBytes { get; init; }

    /// <summary>The device it rings by.</summary>
    public required QemuDoorbell Doorbell { get; init; }

    /// <summary>The program that emulates it, such as <c>qemu-system-arm</c>.</summary>
    public required string Program { get; init; }

    /// <summary>What the program is told about the machine.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The memory that the board shares with its host; image and pool lie in it.</summary>
    public required QemuWindow Ram { get; init; }

    /// <summary>Whether the emulator carries out the barriers of firmware: it leaves them out on machines that can have
    /// one processor only (QEMU before 8.1). Then neither side may tell the other not to ring.</summary>
    public required bool KeepsBarriers { get; init; }

    /// <summary>What runs before the firmware; <see langword="null"/> when nothing does.</summary>
    public required QemuBootRom? BootRom { get; init; }

    /// <summary>The number of the processor that is set to the image's entry point at each reset;
    /// <see langword="null"/> when it finds its way by a vector table.</summary>
    public required int? LoaderCpu { get; init; }

    /// <summary>Processors to turn on, by their paths in QEMU's object tree.</summary>
    public required IReadOnlyList<string> PowerOn { get; init; }

    /// <summary>Processors to turn off.</summary>
    public required IReadOnlyList<string> PowerOff { get; init; }

    /// <summary>Whether it is a microcontroller with a vector table at the start of its image.</summary>
    public bool IsCortexM => Core.StartsWith("cortex-m", StringComparison.Ordinal);

    /// <summary>Finds a built-in board.</summary>
    /// <param name="name">Its name or one of its aliases, in any case.</param>
    /// <returns>The board, or <see langword="null"/>.</returns>
    public static QemuBoard? TryFind(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(board => board.IsCalled(name));
    }

    /// <summary>Finds a built-in board, or reads a description when the name is the path of one.</summary>
    /// <param name="nameOrPath">A name, an alias, or the path of a file that ends in .json.</param>
    /// <returns>The board.</returns>
    /// <exception cref="QemuBoardException">There is no such board; the message lists those there are.</exception>
    public static QemuBoard Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrPath);
        if (nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return Load(nameOrPath);
        }

        return TryFind(nameOrPath) ?? throw new QemuBoardException(
            $"There is no board '{nameOrPath}'. Give one of {string.Join(", ", All.Select(board => board.Name))}, an "
                + "alias of one, or the path of a board.json.");
    }

    /// <summary>Reads a board's description.</summary>
    /// <param name="path">The board.json.</param>
    /// <returns>The board.</returns>
    /// <exception cref="QemuBoardException">It cannot be read, or makes no sense.</exception>
    public static QemuBoard Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] content = new byte[MaxFileBytes + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= MaxFileBytes
                ? Parse(content.AsSpan(0, length), path)
                : throw new QemuBoardException(
                    $"'{path}' is longer than the {MaxFileBytes} bytes that a board.json can have.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new QemuBoardException($"The board's description '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whether a name is this board's.</summary>
    /// <param name="name">Any name.</param>
    /// <returns><see langword="false"/> when it is neither the name nor an alias.</returns>
    public bool IsCalled(string name)
        => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)
            || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static ImmutableArray<QemuBoard> ReadBuiltIn()
    {
        Assembly assembly = typeof(QemuBoard).Assembly;
        IEnumerable<string> names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return Parse(content, name);
        })];
    }
}
