// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using CsCheck;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class LineSplitterTests
{
    [Fact]
    public async Task LinesComeAsTheyWereWrittenHoweverTheyAreCutOnTheWay()
    {
        // Through a real pipe: printf writes what the shell is given, piece by piece.
        string[] pieces = ["a", "b\n\n", "c\r\n", "ü", "\nd"];
        string script = string.Join(";", pieces.Select(piece => $"printf '%s' '{piece}'"));
        (_, List<string> lines) = await ChildProgram.RunAsync(new() { Path = "/bin/sh", Arguments = ["-c", script] });
        Assert.Equal(["ab", "", "c", "ü", "d"], lines);
    }

    [Fact]
    public async Task ALongLineComesInPiecesThatCutNoCharacter()
    {
        string[] parts = ["x", "ü", "€", "𐍈", "xü€"];
        Gen<string> text = Gen.Int[0, parts.Length - 1].Array[1, 4000]
            .Select(picks => string.Concat(picks.Select(pick => parts[pick])));
        await text.SampleAsync(async line =>
        {
            ChildProcessOptions options = new() { Path = "/usr/bin/printf", Arguments = ["%s\\n", line] };
            (_, List<string> lines) = await ChildProgram.RunAsync(options);
            return string.Concat(lines) == line
                && lines.SkipLast(1).All(piece
                    => Encoding.UTF8.GetByteCount(piece) is > ChildOutputLine.MaxLineBytes - 4
                        and <= ChildOutputLine.MaxLineBytes)
                && !lines.Any(piece => piece.Contains('\ufffd', StringComparison.Ordinal));
        }, iter: 60);
    }

    [Fact]
    public async Task BytesThatAreNoTextBecomeReplacementCharacters()
    {
        ChildProcessOptions options = new() { Path = "/usr/bin/printf", Arguments = ["\\377\\200\\nok\\n"] };
        (_, List<string> lines) = await ChildProgram.RunAsync(options);
        Assert.Equal(["\ufffd\ufffd", "ok"], lines);
    }
}
