// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Linux;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Boards;
using OpenAmp.Tool.Commands;
using OpenAmp.Tool.Commands.Boards;

namespace OpenAmp.Tool.Services;

/// <summary>The processor that the demo is shown on, and its firmware.</summary>
internal sealed record DemoTarget
{
    private const string FirmwareName = "demo";

    private const string ProcessorName = "demo";

    private readonly Func<DemoFirmwareFile> _openFirmware;
    private readonly Func<RemoteProcessorDriver> _createDriver;

    private DemoTarget(Func<DemoFirmwareFile> openFirmware, Func<RemoteProcessorDriver> createDriver)
    {
        _openFirmware = openFirmware;
        _createDriver = createDriver;
    }

    /// <summary>The board; <see langword="null"/> when it is a process.</summary>
    public QemuBoard? Board { get; private init; }

    /// <summary>A process of its own.</summary>
    public static DemoTarget Process { get; } = new(
        DemoFirmwareFile.Open,
        () => new ProcessProcessorDriver(new()
        {
            Name = ProcessorName,
            Arguments = [DemoFirmwareCommand.CommandName],
        }));

    /// <summary>An emulated board.</summary>
    public static DemoTarget On(QemuBoard board) => new(
        () => DemoFirmwareFile.At(Repository.FindFirmware(FirmwareName, board)),
        () => new QemuProcessorDriver(BoardOption.OptionsFor(board)))
    {
        Board = board,
    };

    /// <summary>What the firmware is called, and what runs it.</summary>
    public string Title => Board is null ? DemoFirmwareFile.Name
        : $"{FirmwareName}.elf on {Board.Name} ({Board.Core})";

    /// <summary>Makes the processor's driver.</summary>
    /// <exception cref="IOException">What runs it is missing.</exception>
    public RemoteProcessorDriver CreateDriver() => _createDriver();

    /// <summary>The firmware's file. The caller disposes it.</summary>
    /// <exception cref="FirmwareException">It is not built.</exception>
    /// <exception cref="IOException">There is no room for it.</exception>
    public DemoFirmwareFile OpenFirmware() => _openFirmware();
}
