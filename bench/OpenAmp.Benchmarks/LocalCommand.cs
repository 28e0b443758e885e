// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Bench;

namespace OpenAmp.Benchmarks;

/// <summary>What copying costs within one process: the floor under every message.</summary>
internal static class LocalCommand
{
    private const int Count = 5_000_000;

    public static Command Create()
    {
        var command = new Command("local", "What copying a payload costs within one process.");
        command.SetAction(parsed =>
        {
            _ = parsed;
            foreach (int sizeBytes in (int[])[16, 64, 256, 496])
            {
                Baselines.CopyLocally(sizeBytes, Count / 10);
                double nanoseconds = Baselines.CopyLocally(sizeBytes, Count) / Count * 1e9;
                Console.WriteLine($"{sizeBytes,4} bytes: {nanoseconds,6:0.0} ns a copy");
            }
        });
        return command;
    }
}
