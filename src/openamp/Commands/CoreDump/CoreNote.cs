// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>A note of a core dump.</summary>
/// <param name="Owner">Who defines the type.</param>
/// <param name="Type">What it says.</param>
/// <param name="OffsetBytes">Where it is in the file.</param>
/// <param name="Descriptor">What it says.</param>
internal sealed record CoreNote(string Owner, uint Type, ulong OffsetBytes, ReadOnlyMemory<byte> Descriptor)
{
    private const uint ProcessStatus = 1; // NT_PRSTATUS

    /// <summary>Whether it holds the registers of a thread.</summary>
    public bool IsProcessStatus => Owner == "CORE" && Type == ProcessStatus;
}
