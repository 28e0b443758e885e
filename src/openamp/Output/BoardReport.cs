// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Qemu;
using OpenAmp.Tool.Boards;

namespace OpenAmp.Tool.Output;

/// <summary>A board, and what of it is here.</summary>
internal sealed record BoardReport
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    public required string Description { get; init; }

    public required string Core { get; init; }

    /// <summary>Where firmware is linked to.</summary>
    public required WindowReport Image { get; init; }

    /// <summary>Where the host puts rings and buffers.</summary>
    public required WindowReport Pool { get; init; }

    /// <summary>The memory that host and board share.</summary>
    public required WindowReport Ram { get; init; }

    /// <summary>The device it rings by: cmsdk-uart, pl011 or cadence-uart.</summary>
    public required string Doorbell { get; init; }

    /// <summary>The program that emulates it.</summary>
    public required string Emulator { get; init; }

    /// <summary>Where that program is; <see langword="null"/> when it is not here.</summary>
    public required string? EmulatorPath { get; init; }

    /// <summary>The Debian package that has it.</summary>
    public required string EmulatorPackage { get; init; }

    /// <summary>The firmware of this repository that is built for it.</summary>
    public required IReadOnlyList<string> Firmware { get; init; }

    /// <summary>Looks at a board.</summary>
    public static BoardReport From(QemuBoard board)
    {
        var emulator = HostProgram.EmulatorOf(board.Program);
        return new()
        {
            Name = board.Name,
            Aliases = board.Aliases,
            Description = board.Description,
            Core = board.Core,
            Image = WindowReport.From(board.Image),
            Pool = WindowReport.From(board.Pool),
            Ram = WindowReport.From(board.Ram),
            Doorbell = board.Doorbell switch
            {
                QemuDoorbell.Pl011 => "pl011",
                QemuDoorbell.CadenceUart => "cadence-uart",
                _ => "cmsdk-uart",
            },
            Emulator = emulator.Name,
            EmulatorPath = emulator.Path,
            EmulatorPackage = emulator.Package,
            Firmware = Repository.FirmwareFor(board),
        };
    }
}
