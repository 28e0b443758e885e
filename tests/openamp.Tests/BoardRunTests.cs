// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The command <c>run --board</c>, with firmware in C# and in C.</summary>
public sealed class BoardRunTests
{
    private const string M4 = "mps2-an386";

    [Fact]
    public async Task RunsFirmwareByItsNameUntilCtrlCAndLeavesNothing()
    {
        await BoardFirmware.BuildAsync(M4, "echo");
        string[] before = BoardFiles.All();
        await using ToolProcess run = ToolProcess.Start("run", "--board", "m4", "echo");
        await run.WaitForOutputAsync("rpmsg-openamp-demo-channel");
        await run.WaitForOutputAsync("Ready -> Running");
        int emulator = BoardFiles.EmulatorOf(run.Id);
        run.Interrupt();
        ToolResult result = (await run.EndAsync()).MustExit(0);

        Assert.Empty(result.Error);
        Assert.Contains($"{M4} ELF32, resource table with 1 virtio device,", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"first announcement after \d+ ms", result.Output);
        Assert.Contains("stopped (Acknowledged)", result.Output, StringComparison.Ordinal);
        Assert.False(BoardFiles.IsEmulator(emulator));
        Assert.Equal(before, BoardFiles.All());
    }

    [Fact]
    public async Task RunsFirmwareInCByItsPath()
    {
        string elf = await BoardFirmware.BuildCRemoteAsync(M4);
        await using ToolProcess run = ToolProcess.Start("run", "--board", "m4", elf, "--json", "--name", "other");
        await run.WaitForOutputAsync("\"event\":\"service\"");
        await run.WaitForOutputAsync("\"event\":\"trace\"");
        run.Interrupt();
        ToolResult result = (await run.EndAsync()).MustExit(0);

        JsonElement[] events = [.. result.Output.TrimEnd().Split('\n').Select(Parse)];
        JsonElement first = events.First(e => e.GetProperty("event").GetString() == "service");
        Assert.True(first.GetProperty("afterMilliseconds").GetDouble() > 0);
        Assert.Equal("ok", events[^1].GetProperty("summary").GetProperty("result").GetString());
    }

    [Fact]
    public async Task SaysThatFirmwareIsForAnotherMachine()
    {
        string elf = await BoardFirmware.BuildAsync(M4, "echo");
        ToolResult result = (await ToolProcess.RunAsync("run", "--board", "a53", elf)).MustExit(1);

        Assert.Contains("the processor accepts Elf64", result.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", result.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaysThatFirmwareIsLinkedForAnotherBoard()
    {
        string elf = await BoardFirmware.BuildAsync(M4, "echo");
        ToolResult result = (await ToolProcess.RunAsync("run", "--board", "m7", elf)).MustExit(1);

        Assert.Contains("0x21000000", result.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", result.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheEmulatorEndsWhenTheToolIsKilled()
    {
        await BoardFirmware.BuildAsync(M4, "echo");
        await using ToolProcess run = ToolProcess.Start("run", "--board", "m4", "echo");
        await run.WaitForOutputAsync("Ready -> Running");
        int emulator = BoardFiles.EmulatorOf(run.Id);
        run.Kill();

        await BoardFiles.WaitForEndAsync(emulator);
    }

    /// <summary>The figure of issue 4: the best of some rounds, since the machine does other things too.</summary>
    [Fact]
    public async Task TheFirstMessageOfAnM4ComesWithinASecondOfTheCommand()
    {
        const int Rounds = 10;
        const double Limit = 1000;
        await BoardFirmware.BuildAsync(M4, "echo");
        double best = double.MaxValue;
        for (int round = 0; round < Rounds && best >= Limit; round++)
        {
            await using ToolProcess run = ToolProcess.Start("run", "--board", "m4", "echo", "--json");
            await run.WaitForOutputAsync("\"event\":\"service\"");
            double elapsed = run.Elapsed.TotalMilliseconds;
            run.Interrupt();
            string told = (await run.EndAsync()).MustExit(0).Output.Split('\n')
                .First(line => line.Contains("afterMilliseconds", StringComparison.Ordinal));
            double measured = Parse(told).GetProperty("afterMilliseconds").GetDouble();

            // The tool's word is not longer than what is seen from outside, but for the clock of its start (10 ms).
            Assert.InRange(measured, 1, elapsed + 20);
            best = Math.Min(best, elapsed);
        }

        Assert.True(best < Limit, string.Create(
            CultureInfo.InvariantCulture, $"The best of {Rounds} rounds took {best:0} ms, not under {Limit:0} ms."));
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
