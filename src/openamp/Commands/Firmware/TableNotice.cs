// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Says on standard error that the linter has something to say about a table that was just written.</summary>
internal static class TableNotice
{
    /// <summary>Says it when there are errors or warnings.</summary>
    public static void Tell(string command, FirmwareFile file)
    {
        ResourceTableDiagnostic[] found =
            [.. TableLint.Run(file).Where(item => item.Severity > ResourceTableSeverity.Note)];
        if (found.Length > 0)
        {
            Notice.Write(command, $"the linter has {Quantity.Count(found.Length, "finding", "findings")}, the first: "
                + $"{SafeText.Of(found[0].ToString())} See 'openamp firmware lint'.");
        }
    }
}
