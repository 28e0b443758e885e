// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Tool.Stack;
using Xunit;

namespace OpenAmp.Firmware.Tests.Stack;

/// <summary>How the stacks of functions add up.</summary>
public sealed class StackAnalysisTests
{
    private const int Frame = 36;

    private const string Chain = """
        function openamp_main
        push    {r4, lr}
        bl      shallow
        bl      deep
        pop     {r4, pc}
        function shallow
        push    {r4, r5, r6, lr}
        pop     {r4, r5, r6, pc}
        function deep
        push    {lr}
        sub     sp, #100
        add     sp, #100
        pop     {lr}
        b.w     last
        function last
        sub     sp, #120
        bl      never
        function behind
        push    {r4}
        b       behind
        function never
        movs    r0, #1
        udf     #0xac
        """;

    [Fact]
    public async Task TheDeepestChainCountsAndATailCallStandsOnNothing()
    {
        StackReport report = await StackProgram.ThumbAsync(Chain);
        Assert.Equal(8 + 120 + Frame, StackProgram.BoundOf(report, "thread"));
        Assert.Equal(
            ["openamp_main", "deep", "last", "exception"],
            report.Stacks[0].Chain.Select(frame => frame.Function).Where(name => name != "never"));
    }

    [Fact]
    public async Task MoreThanIsSetAsideIsAnErrorWithFiguresAndTheChain()
    {
        StackReport report = await StackProgram.ThumbAsync(Chain, stackBytes: 160);
        string error = Assert.Single(report.Errors);
        Assert.Contains("takes up to 164 bytes, and 160 are set aside", error, StringComparison.Ordinal);
        Assert.Contains("FirmwareStackBytes", error, StringComparison.Ordinal);
        Assert.Contains("openamp_main 8 > deep 0 > last 120", error, StringComparison.Ordinal);
        Assert.Empty((await StackProgram.ThumbAsync(Chain, stackBytes: 164)).Errors);
        Assert.Single((await StackProgram.ThumbAsync(Chain, limit: 163)).Errors);
    }

    [Fact]
    public async Task ACircleOfCallsIsAnErrorThatNamesIt()
    {
        StackReport report = await StackProgram.ThumbAsync("""
            function openamp_main
            bl      first
            b       openamp_main
            function first
            push    {lr}
            bl      second
            pop     {pc}
            function second
            push    {lr}
            cbz     r0, 1f
            bl      first
            1: pop  {pc}
            """);
        Assert.Contains("first > second > first", Assert.Single(report.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnIndirectCallIsAsDeepAsTheDeepestFunctionWhoseAddressExists()
    {
        StackReport report = await StackProgram.ThumbAsync("""
            function openamp_main
            push    {lr}
            ldr     r3, 8f
            blx     r3
            pop     {pc}
            .balign 4
            8: .word small
            .word   large
            function small
            bx      lr
            .size   small, . - small
            function large
            sub     sp, #40
            add     sp, #40
            bx      lr
            .size   large, . - large
            function unused
            sub     sp, #400
            add     sp, #400
            bx      lr
            .size   unused, . - unused
            """);
        Assert.Equal(4 + 40 + Frame, StackProgram.BoundOf(report, "thread"));
        Assert.Equal(["openamp_main"], report.IndirectCalls);
    }

    [Fact]
    public async Task AnIndirectCallWithNoFunctionToGoToIsAnError()
    {
        StackReport report = await StackProgram.ThumbAsync("function openamp_main\n blx r3\n bx lr");
        Assert.Contains(
            "openamp_main calls what a register points to", Assert.Single(report.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallThroughARegisterWhoseValueIsKnownIsADirectOne()
    {
        StackReport report = await StackProgram.ThumbAsync("""
            function openamp_main
            movw    r3, #:lower16:callee
            movt    r3, #:upper16:callee
            blx     r3
            b       openamp_main
            function callee
            sub     sp, #40
            add     sp, #40
            bx      lr
            """);
        Assert.Equal(40 + Frame, StackProgram.BoundOf(report, "thread"));
        Assert.Empty(report.IndirectCalls);
    }

    [Fact]
    public async Task AFrameThatCouldLeapOverTheGuardIsAnError()
    {
        StackReport report = await StackProgram.ThumbAsync(
            "function openamp_main\n movw r4, #4104\n sub.w sp, sp, r4\n 1: b 1b", stackBytes: 8192);
        Assert.Contains(
            "openamp_main takes 4104 bytes of stack at once", Assert.Single(report.Errors), StringComparison.Ordinal);
    }
}
