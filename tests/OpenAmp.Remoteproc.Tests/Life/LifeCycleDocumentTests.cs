// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

public sealed class LifeCycleDocumentTests
{
    [Fact]
    public void TheTableOfTransitionsIsTheCodes()
    {
        string text = File.ReadAllText(Find());
        string[] rows = text.Split("<!-- transitions -->")[1].Split("<!-- /transitions -->")[0]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        RemoteProcessorOperation[] operations =
            [.. Cells(rows[0]).Skip(1).Select(Enum.Parse<RemoteProcessorOperation>)];
        Assert.Equal(Enum.GetValues<RemoteProcessorOperation>().Order(), operations.Order());
        Assert.Equal(
            Enum.GetValues<RemoteProcessorState>(),
            rows[2..].Select(row => Enum.Parse<RemoteProcessorState>(Cells(row)[0])));
        foreach (string row in rows[2..])
        {
            string[] cells = Cells(row);
            RemoteProcessorState from = Enum.Parse<RemoteProcessorState>(cells[0]);
            for (int i = 0; i < operations.Length; i++)
            {
                bool isLegal = RemoteProcessorTransitions.TryGet(from, operations[i], out RemoteProcessorState to);
                string expected = isLegal ? to.ToString() : "-";
                Assert.Equal($"{from} {operations[i]} {expected}", $"{from} {operations[i]} {cells[i + 1]}");
            }
        }
    }

    private static string[] Cells(string row) => [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "docs", "life-cycle.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/life-cycle.md is in no directory above the tests.");
    }
}
