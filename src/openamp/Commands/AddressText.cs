// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Parsing;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Commands;

/// <summary>Reads RPMsg addresses as people type them: decimal, or hexadecimal after 0x; "any" for none.</summary>
internal static class AddressText
{
    /// <summary>Reads an address; "any" is none.</summary>
    public static bool TryParse(string text, out uint address)
    {
        bool isNumber = NumberText.TryParse(text, out ulong value) && value < RpmsgAddress.Any;
        address = isNumber ? (uint)value : RpmsgAddress.Any;
        return isNumber;
    }

    /// <summary>An option that takes an address; <see langword="null"/> unless given.</summary>
    public static Option<uint?> NewOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS",
        CustomParser = Parse,
    };

    private static uint? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == "any" || TryParse(text, out uint address))
        {
            return TryParse(text, out address) ? address : RpmsgAddress.Any;
        }

        result.AddError($"{result.Argument.Name} takes an address such as 0x402 or 1026, or any, not '{text}'.");
        return null;
    }
}
