// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class EchoTests
{
    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an500")]
    [InlineData("mps2-an521")]
    [InlineData("virt-a53")]
    public async Task ABoardAnswersTwoThousandMessagesAndNoneIsCorrupt(string name)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name);
        await board.EchoAsync(2000);
        await board.Processor.StopAsync(board.Token);
    }
}
