// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Help;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>The command <c>coredump</c>: what is done with the memory of a processor that crashed.</summary>
internal sealed class CoreDumpCommand : Command
{
    public CoreDumpCommand()
        : base(
            "coredump",
            "Looks into core dumps of remote processors, of this tool and of Linux. "
            + "Example: openamp coredump inspect rproc0.core --firmware firmware.elf")
    {
        Add(new CoreDumpInspectCommand());
        SetAction(line => new HelpAction().Invoke(line));
    }
}
