// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>The files that give a group access.</summary>
internal sealed record UdevReport
{
    public required string Command { get; init; }

    public required string Group { get; init; }

    public required IReadOnlyList<SystemFileReport> Files { get; init; }

    /// <summary>Commands that make them take effect; none unless this machine's were written.</summary>
    public required IReadOnlyList<string> Next { get; init; }

    public required string Result { get; init; }
}

/// <summary>One of them: rules, tmpfiles or sysusers.</summary>
internal sealed record SystemFileReport(string Kind, string Path, string Text, bool IsWritten);
