// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

public sealed class RpmsgFailureTests
{
    [Theory]
    [InlineData("OpenEndpoint", 16, KernelRpmsgOutcome.Busy)]
    [InlineData("OpenEndpoint", 102, KernelRpmsgOutcome.DeviceGone)]
    [InlineData("OpenEndpoint", 22, KernelRpmsgOutcome.AddressTaken)]
    [InlineData("OpenEndpoint", 13, KernelRpmsgOutcome.NoPermission)]
    [InlineData("OpenControl", 2, KernelRpmsgOutcome.NotFound)]
    [InlineData("OpenControl", 6, KernelRpmsgOutcome.DeviceGone)]
    [InlineData("OpenControl", 1, KernelRpmsgOutcome.NoPermission)]
    [InlineData("CreateDevice", 6, KernelRpmsgOutcome.ChannelExists)]
    [InlineData("ReleaseDevice", 22, KernelRpmsgOutcome.NoSuchChannel)]
    [InlineData("DestroyEndpoint", 22, KernelRpmsgOutcome.DefaultEndpoint)]
    [InlineData("FlowControl", 22, KernelRpmsgOutcome.NotSupported)]
    [InlineData("FlowControl", 95, KernelRpmsgOutcome.NotSupported)]
    [InlineData("Write", 11, KernelRpmsgOutcome.QueueFull)]
    [InlineData("Write", 12, KernelRpmsgOutcome.QueueFull)]
    [InlineData("Write", 22, KernelRpmsgOutcome.NoDestination)]
    [InlineData("Write", 32, KernelRpmsgOutcome.EndpointDestroyed)]
    [InlineData("Write", 90, KernelRpmsgOutcome.TooLong)]
    [InlineData("Write", 512, KernelRpmsgOutcome.SendTimedOut)]
    [InlineData("Read", 32, KernelRpmsgOutcome.EndpointDestroyed)]
    [InlineData("WriteTty", 12, KernelRpmsgOutcome.QueueFull)]
    [InlineData("WriteTty", 5, KernelRpmsgOutcome.DeviceGone)]
    [InlineData("Read", 5, KernelRpmsgOutcome.Other)]
    public void AnErrorNumberMeansWhatTheCallMakesOfIt(string call, int errno, KernelRpmsgOutcome outcome)
    {
        KernelRpmsgException failure = KernelRpmsgFailure.For(
            Enum.Parse<KernelRpmsgCall>(call), "/dev/rpmsg9", errno);

        Assert.Equal(outcome, failure.Outcome);
        Assert.Equal(errno, failure.Errno);
        Assert.Contains("/dev/rpmsg9", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"errno {errno}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryOutcomeIsExplainedInItsOwnWords()
    {
        string[] texts = [.. Enum.GetValues<KernelRpmsgOutcome>().Select(KernelRpmsgFailure.Explain)];

        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.All(texts, text => Assert.EndsWith(text[^1] == '?' ? "?" : ".", text, StringComparison.Ordinal));
    }
}
