// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Tool.Stack;
using Xunit;

namespace OpenAmp.Firmware.Tests.Stack;

/// <summary>What single instructions do to the stack: each is the whole frame of a thread.</summary>
public sealed class StackStepTests
{
    // Armv7-M's frame of an exception without floating point, and its alignment.
    private const int Frame = 36;
    private const int FloatFrame = 108;

    [Theory]
    [InlineData("push {r3, lr}", 8)]
    [InlineData("push {r0, r1, r2, r3, r4, r5, r6, r7, lr}", 36)]
    [InlineData("push.w {r4, r5, r11, lr}", 16)]
    [InlineData("str lr, [sp, #-4]!", 4)]
    [InlineData("strd r4, r5, [sp, #-16]!", 16)]
    [InlineData("sub sp, #508", 508)]
    [InlineData("sub.w sp, sp, #1024", 1024)]
    [InlineData("subw sp, sp, #1028", 1028)]
    [InlineData("movw r4, #1100\n sub.w sp, sp, r4", 1100)]
    [InlineData("movw r4, #100\n movt r4, #0\n sub.w sp, sp, r4", 100)]
    [InlineData("mvn r4, #1\n movw r4, #0xfff0\n movt r4, #0xffff\n add sp, r4", 16)]
    [InlineData("sub sp, #8\n add sp, #8\n push {r4}", 8)]
    [InlineData("mov r11, sp\n sub sp, #32\n mov sp, r11\n push {r4}", 32)]
    [InlineData("cmp r0, #0\n it eq\n addeq sp, sp, #-16\n push {r4}", 20)]
    [InlineData("movs r7, #40\n 1: push {r0}\n push {r0}\n subs r7, #8\n bne 1b", 40)]
    [InlineData("mov.w r8, #640\n 1: push {r0}\n push {r0}\n subs.w r8, r8, #8\n bne 1b", 640)]
    public async Task AThumbInstructionTakesItsBytes(string code, int bytes)
    {
        StackReport report = await StackProgram.ThumbAsync($"function openamp_main\n {code}\n 9: b 9b");
        Assert.Equal(bytes + Frame, StackProgram.BoundOf(report, "thread"));
    }

    [Fact]
    public async Task FloatingPointMakesTheFrameOfAnExceptionLonger()
    {
        StackReport report = await StackProgram.ThumbAsync("""
            .fpu fpv4-sp-d16
            function openamp_main
            vpush   {d8-d9}
            vpop    {d8-d9}
            bx      lr
            """);
        Assert.Equal(16 + FloatFrame, StackProgram.BoundOf(report, "thread"));
    }

    [Theory]
    [InlineData("stp x29, x30, [sp, #-48]!", 48)]
    [InlineData("stp q0, q1, [sp, #-64]!", 64)]
    [InlineData("str x0, [sp, #-16]!", 16)]
    [InlineData("sub sp, sp, #576", 576)]
    [InlineData("sub sp, sp, #1, lsl #12", 4096)]
    [InlineData("mov x9, #1040\n sub sp, sp, x9", 1040)]
    [InlineData("stp x29, x30, [sp, #-32]!\n ldp x29, x30, [sp], #32\n str x0, [sp, #-16]!", 32)]
    [InlineData("stp x29, x30, [sp, #-32]!\n mov x29, sp\n sub sp, sp, #64\n mov sp, x29\n str x0, [sp, #-16]!", 96)]
    [InlineData("mov w22, #496\n 1: stp xzr, xzr, [sp, #-16]!\n subs x22, x22, #16\n b.ne 1b", 496)]
    public async Task AnA64InstructionTakesItsBytes(string code, int bytes)
    {
        StackReport report = await StackProgram.Arm64Async($"function openamp_main\n {code}\n 9: b 9b");
        Assert.Equal(bytes, StackProgram.BoundOf(report, "thread"));
    }

    [Theory]
    [InlineData("sub.w sp, sp, r0", "is known only when it runs")]
    [InlineData("1: push {r0}\n subs r1, #8\n bne 1b", "each time round a loop")]
    public async Task AStackOfUnknownDepthIsAnErrorThatNamesTheFunction(string code, string why)
    {
        StackReport report = await StackProgram.ThumbAsync($"function openamp_main\n {code}\n bx lr");
        string error = Assert.Single(report.Errors);
        Assert.Contains("openamp_main", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }
}
