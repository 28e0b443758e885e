// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>The core beside its port to C, both on a Cortex-M4: what bench/firmware/compare counts.</summary>
public sealed class CoreCostTests
{
    private const double CodeRatio = 1.2;
    private const double InstructionRatio = 1.25;
    private const int Phases = 6;

    private static readonly Task<JsonDocument> Comparison = CompareAsync();

    [Fact]
    public async Task TheCoreHasAtMostAFifthMoreCodeThanTheSameInC()
    {
        SkipWithoutTools();
        JsonElement[] bytes = [.. (await Comparison).RootElement.GetProperty("bytes").EnumerateArray()];
        int inC = Of(bytes, "c-O2").Single().GetProperty("withSetUp").GetInt32();
        int inCSharp = Of(bytes, "csharp-Ot").Single().GetProperty("withSetUp").GetInt32();
        Assert.InRange(inC, 1000, 10_000);
        Assert.True(
            inCSharp <= CodeRatio * inC,
            $"The core has {inCSharp} bytes in C# and {inC} in C at -O2, expected at most {CodeRatio} times as many.");
    }

    [Fact]
    public async Task TheCoreTakesAtMostAQuarterMoreInstructionsThanTheSameInC()
    {
        SkipWithoutTools();
        JsonElement[] rows =
            [.. (await Comparison).RootElement.GetProperty("instructionsPerMessage").EnumerateArray()];
        JsonElement[] inC = [.. Of(rows, "c-O2")];
        JsonElement[] inCSharp = [.. Of(rows, "csharp-Ot")];
        Assert.Equal(Phases, inC.Length);
        Assert.Equal(Phases, inCSharp.Length);
        Assert.All(inC.Zip(inCSharp), pair =>
        {
            double few = pair.First.GetProperty("instructions").GetDouble();
            double many = pair.Second.GetProperty("instructions").GetDouble();
            Assert.InRange(few, 100, 10_000);
            Assert.True(
                many <= InstructionRatio * few,
                $"{pair.Second} beside {pair.First}: expected at most {InstructionRatio} times as many.");
        });
    }

    private static IEnumerable<JsonElement> Of(JsonElement[] rows, string variant)
        => rows.Where(row => row.GetProperty("variant").GetString() == variant);

    private static void SkipWithoutTools()
    {
        string? missing = FindMissing();
        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    private static string? FindMissing()
        => FirmwareImages.FindMissing(("arm-none-eabi-gcc", "gcc-arm-none-eabi"));

    private static async Task<JsonDocument> CompareAsync()
    {
        if (FindMissing() is not null)
        {
            return JsonDocument.Parse("{}");
        }

        (int exitCode, string output) = await FirmwareImages.RunApartAsync("bench/firmware/compare", ["--gate"]);
        Assert.True(exitCode == 0, $"bench/firmware/compare --gate failed: {output}");
        return JsonDocument.Parse(await File.ReadAllBytesAsync(
            Path.Combine(FirmwareImages.Root, "artifacts/bench/firmware-gate/compare.json")));
    }
}
