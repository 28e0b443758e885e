// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using OpenAmp.Firmware.SelfTest;
using Xunit;

namespace OpenAmp.Firmware.Tests;

public sealed class SelfTestTests
{
    private const int FewestCases = 180;
    private const int InterruptCases = 1;

    // Once in a process, as on a board: the cases use up initial values.
    private static readonly ListReport Desktop = RunAll();

    [Fact]
    public void TheCasesOfTheSelfTestHoldOnTheRuntimeOfADesktop()
    {
        Assert.Empty(Desktop.Failures);
        Assert.True(Desktop.Count >= FewestCases, $"Only {Desktop.Count} cases ran.");
    }

    [Theory]
    [InlineData("mps2-an521")]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an500")]
    [InlineData("virt-a53")]
    [InlineData("virt-a15")]
    [InlineData("zcu102-r5")]
    public async Task TheSameCasesHoldOnEveryBoard(string name)
    {
        // QEMU has no interrupt controller for this one: see docs/boards.md.
        bool hasInterrupts = name != "zcu102-r5";
        int expected = Desktop.Count + (hasInterrupts ? InterruptCases : 0);
        var trace = new TraceLines();
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("selftest", name, new()
        {
            TraceSinks = [trace],
            GracefulShutdown = null,
        });
        await trace.WaitForAsync(" passed, ", 1, board.Token);
        string[] wanted = ["selftest", $"{expected} passed, 0 failed"];
        string[] skips = ["skip: this board has no interrupts"];
        Assert.Equal(hasInterrupts ? wanted : [wanted[0], .. skips, wanted[1]], trace.All);
    }

    [Fact]
    public void ACaseThatDoesNotHoldIsReported()
    {
        var report = new ListReport { Failures = [] };
        report.Check("planted"u8, 1, 2);
        Assert.Equal(["planted: expected 1, found 2"], report.Failures);
    }

    private static ListReport RunAll()
    {
        var report = new ListReport { Failures = [] };
        MemoryCases.Run(ref report);
        ArithmeticCases.Run(ref report);
        LanguageCases.Run(ref report);
        return report;
    }

    private struct ListReport : ICaseReport
    {
        public required List<string> Failures { get; init; }

        public int Count { get; private set; }

        public void Check(ReadOnlySpan<byte> name, ulong expected, ulong actual)
        {
            Count++;
            if (expected != actual)
            {
                Failures.Add($"{Encoding.UTF8.GetString(name)}: expected {expected}, found {actual}");
            }
        }
    }
}
