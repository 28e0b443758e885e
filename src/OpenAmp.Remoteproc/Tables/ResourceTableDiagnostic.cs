// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;

namespace OpenAmp.Remoteproc;

/// <summary>What a rule found in a resource table.</summary>
/// <param name="Rule">The rule; its id is stable.</param>
/// <param name="OffsetBytes">Where, in bytes from the table's first.</param>
/// <param name="FileOffsetBytes">Where in the firmware file, in bytes; <see langword="null"/> when that is not
/// known.</param>
/// <param name="Message">What was expected, what was found and what to do.</param>
public sealed record ResourceTableDiagnostic(
    ResourceTableRule Rule,
    uint OffsetBytes,
    long? FileOffsetBytes,
    string Message)
{
    /// <summary>The rule's id, such as RSC012.</summary>
    public string RuleId => Rule.Id;

    /// <summary>How bad it is.</summary>
    public ResourceTableSeverity Severity => Rule.Severity;

    /// <summary>Writes the finding as one line.</summary>
    /// <returns>Severity, rule, places and message.</returns>
    public override string ToString()
    {
        string file = FileOffsetBytes is { } at
            ? string.Create(CultureInfo.InvariantCulture, $" (file 0x{at:x})")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Severity} {RuleId}: table 0x{OffsetBytes:x}{file}: {Message}");
    }
}
