// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>What a file that a firmware command is given may be.</summary>
internal enum FirmwareFileKind
{
    /// <summary>An ELF file.</summary>
    Elf,

    /// <summary>Signed firmware: a container with ELF files in it.</summary>
    Signed,

    /// <summary>The bytes of a resource table.</summary>
    Table,

    /// <summary>A resource table as a JSON document.</summary>
    Document,
}
