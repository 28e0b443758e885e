// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Qemu;

/// <summary>A board.json as it stands in the file: nothing is checked but its shape.</summary>
internal sealed record BoardDocument
{
    public required string Name { get; init; }

    public IReadOnlyList<string>? Aliases { get; init; }

    public string? Description { get; init; }

    public required string Core { get; init; }

    public required string Architecture { get; init; }

    public required WindowDocument Image { get; init; }

    public required WindowDocument Pool { get; init; }

    public BudgetDocument? Budget { get; init; }

    public required string Doorbell { get; init; }

    public required MachineDocument Qemu { get; init; }

    internal sealed record WindowDocument
    {
        public required string Address { get; init; }

        public required string Bytes { get; init; }
    }

    internal sealed record BudgetDocument
    {
        public long FlashBytes { get; init; }

        public long RamBytes { get; init; }
    }

    internal sealed record LoaderDocument
    {
        public int Cpu { get; init; }
    }

    internal sealed record MachineDocument
    {
        public required string Program { get; init; }

        public bool KeepsBarriers { get; init; }

        public required IReadOnlyList<string> Arguments { get; init; }

        public required WindowDocument Ram { get; init; }

        public WindowDocument? BootRom { get; init; }

        public LoaderDocument? Loader { get; init; }

        public IReadOnlyList<string>? PowerOn { get; init; }

        public IReadOnlyList<string>? PowerOff { get; init; }
    }
}
