// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace OpenAmp.Fuzz.Tests;

/// <summary>What this program does besides testing: run one input again, fuzz one target for long, write the seeds.
/// </summary>
internal static class FuzzCommand
{
    private const string Usage = """
        replay TARGET FILE ...                      runs files on a target, without counting branches
        fuzz TARGET [--seconds N] [--seed S] [--keep]   fuzzes a target; --keep writes the corpus that it bred
        seeds                                       writes tests/data/fuzz/*/seed-* anew
        """;

    /// <summary>Whether the command line is for this, and not for the test runner.</summary>
    public static bool IsMeant(string[] arguments) => arguments is ["replay" or "fuzz" or "seeds", ..];

    /// <returns>0, or 1 when an input failed, or 2 when the command is wrong.</returns>
    public static int Run(string[] arguments)
    {
        try
        {
            return arguments switch
            {
                ["replay", string target, .. { Length: > 0 } files] => Replay(FuzzTarget.Find(target), files),
                ["fuzz", string target, .. string[] options] => Fuzz(FuzzTarget.Find(target), options),
                ["seeds"] => WriteSeeds(),
                _ => throw new ArgumentException("Expected one of:"),
            };
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            Console.Error.WriteLine($"{error.Message}\n{Usage}");
            return 2;
        }
    }

    private static int Replay(FuzzTarget target, string[] files)
    {
        int failures = 0;
        foreach (string file in files)
        {
            FuzzFailure? failure = FuzzProbe.Check(target, target.Plain(), File.ReadAllBytes(file));
            Console.WriteLine($"{file}: {failure?.Text ?? "holds"}");
            failures += failure is null ? 0 : 1;
        }

        return Math.Min(failures, 1);
    }

    private static int Fuzz(FuzzTarget target, string[] arguments)
    {
        var options = new FuzzOptions
        {
            Corpus = Corpus.Read(target),
            Seed = ulong.Parse(ValueOf(arguments, "--seed") ?? "1", CultureInfo.InvariantCulture),
            Time = TimeSpan.FromSeconds(
                double.Parse(ValueOf(arguments, "--seconds") ?? "60", CultureInfo.InvariantCulture)),
        };
        long startedAt = Stopwatch.GetTimestamp();
        FuzzResult result = new FuzzCampaign(target, options).Run(CancellationToken.None);
        Console.WriteLine(Describe(target, result, Stopwatch.GetElapsedTime(startedAt)));
        if (arguments.Contains("--keep"))
        {
            Keep(target, result.Corpus);
        }

        if (result.Failure is null)
        {
            return 0;
        }

        Console.WriteLine(Corpus.Report(target, result.Failure));
        return 1;
    }

    /// <summary>What a campaign did, in one line.</summary>
    public static string Describe(FuzzTarget target, FuzzResult result, TimeSpan time)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {result.ExecutionCount} runs in {time.TotalSeconds:f1} s, {result.EdgeCount} branches ")
            + $"({result.SeedEdgeCount} by the seeds), {result.Corpus.Count} inputs kept";

    private static void Keep(FuzzTarget target, IReadOnlyList<byte[]> corpus)
    {
        string folder = Path.Combine(Corpus.FindsOf(target.Name), "corpus");
        Directory.CreateDirectory(folder);
        for (int i = 0; i < corpus.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i:d4}.bin"), corpus[i]);
        }
    }

    private static int WriteSeeds()
    {
        foreach (FuzzTarget target in FuzzTarget.All)
        {
            Directory.CreateDirectory(Corpus.FolderOf(target.Name));
            foreach ((string name, byte[] content) in SeedFiles.For(target.Name))
            {
                File.WriteAllBytes(Path.Combine(Corpus.FolderOf(target.Name), Corpus.SeedPrefix + name), content);
            }
        }

        return 0;
    }

    private static string? ValueOf(string[] arguments, string option)
    {
        int at = Array.IndexOf(arguments, option);
        return at < 0 ? null
            : at + 1 < arguments.Length ? arguments[at + 1]
            : throw new ArgumentException($"{option} needs a value.");
    }
}
