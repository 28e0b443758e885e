// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Help;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware</c>: all that is done to firmware before it is loaded.</summary>
internal sealed class FirmwareCommand : Command
{
    public FirmwareCommand()
        : base(
            "firmware",
            "Looks into firmware files, checks their resource tables, writes tables, signs and verifies. "
            + "Example: openamp firmware inspect firmware.elf")
    {
        Add(new FirmwareInspectCommand());
        Add(new FirmwareLintCommand());
        Add(new FirmwareTableCommand());
        Add(new FirmwareSignCommand());
        Add(new FirmwareVerifyCommand());
        Add(new FirmwareObjectCommand());
        Add(new FirmwareSizeCommand());
        Add(new FirmwareStackCommand());
        SetAction(line => new HelpAction().Invoke(line));
    }
}
