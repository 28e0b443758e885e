// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OpenAmp.Tool.Commands;

/// <summary>The options of the commands that send numbered messages.</summary>
internal static class PayloadOptions
{
    private const int MostMessagesPerSize = 1_000_000;

    /// <summary>Width of the words that begin a message.</summary>
    public static Option<int> WordBytes()
    {
        var option = new Option<int>("--payload-header")
        {
            Description = "Bytes of each of the two words that begin a message, the C type unsigned long: 8, or 4 for "
                + "a 32-bit peer.",
            DefaultValueFactory = _ => 8,
        };
        option.AcceptOnlyFromAmong("8", "4");
        return option;
    }

    /// <summary>Messages of each size in a flood.</summary>
    public static Option<int> MessagesPerSize() => new("--count")
    {
        Description = "Messages of each of the 480 sizes in the flood.",
        HelpName = "MESSAGES",
        DefaultValueFactory = _ => 100,
        CustomParser = ParseCount,
    };

    private static int ParseCount(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MostMessagesPerSize)
        {
            return count;
        }

        result.AddError($"--count takes 1 to {MostMessagesPerSize} messages, not '{text}'.");
        return 1;
    }
}
