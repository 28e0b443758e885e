// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using OpenAmp.Tool.Boards;

namespace OpenAmp.Tool.Output;

/// <summary>Makes the compiler's names of C# methods readable: demo_OpenAmp_Firmware_Demo_DemoService__Crash becomes
/// DemoService.Crash. For people only: what is left out may tell two methods apart.</summary>
internal static partial class CompiledName
{
    /// <summary>The text with each such name in it made short, and the paths of this repository too.</summary>
    public static string Short(string text)
        => Mangled().Replace(WithoutTypeArguments(Repository.WithoutRoot(text)), match
            => $"{TypeOf(match.Groups["type"].Value)}.{match.Groups["method"].Value}");

    // Namespaces and type are joined by what also joins a type to the number of its arguments.
    private static string TypeOf(string path)
        => path.Split('_').LastOrDefault(part => part.Length > 0 && !char.IsAsciiDigit(part[0])) ?? path;

    private static string WithoutTypeArguments(string text)
    {
        var result = new StringBuilder(text.Length);
        int depth = 0;
        foreach (char c in text)
        {
            depth += c == '<' ? 1 : 0;
            if (depth == 0)
            {
                result.Append(c);
            }

            depth -= c == '>' && depth > 0 ? 1 : 0;
        }

        // An angle that nothing closes is none of theirs.
        return depth == 0 ? result.ToString() : text;
    }

    [GeneratedRegex(@"\b(?<type>[A-Za-z]\w*?_[A-Z]\w*?)__(?<method>[A-Za-z]\w*)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Mangled();
}
