// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>Compares what people see.</summary>
internal static class Screens
{
    /// <summary>The screen without blanks at the ends of lines and without empty lines around it, and with rules of one
    /// length.</summary>
    public static string Trim(string screen)
        => string.Join('\n', screen.Split('\n').Select(line => line.TrimEnd())
            .Select(line => line.Length > 0 && line.All(value => value == '─') ? "─" : line)).Trim('\n');
}
