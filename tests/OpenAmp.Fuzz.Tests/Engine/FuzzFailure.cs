// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Fuzz.Tests;

/// <summary>An input that broke what its target promises.</summary>
/// <param name="Kind">One word for file names: exception, allocation, time or hang.</param>
/// <param name="Text">What was expected and what came.</param>
/// <param name="Input">The input.</param>
internal sealed record FuzzFailure(string Kind, string Text, byte[] Input)
{
    /// <summary>What tells two failures apart: the first line, without the numbers.</summary>
    public string Key => Kind + System.Text.RegularExpressions.Regex.Replace(Text.Split('\n')[0], "[0-9a-f]+", "#");
}
