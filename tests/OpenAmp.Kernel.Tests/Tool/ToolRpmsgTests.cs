// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Kernel.Tests.Remoteproc;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Kernel.Tests.Tool;

/// <summary>The command <c>rpmsg</c> where the kernel is real.</summary>
public sealed class ToolRpmsgTests
{
    [Fact]
    public async Task AThousandPingsAreAnsweredAndNoneIsLost()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        JsonElement report = await host.JsonAsync("rpmsg ping vrproc/rpmsg-raw --count 1000 --flood --size 496");

        Assert.Equal(1000, report.GetProperty("received").GetInt64());
        Assert.Equal(0, report.GetProperty("lost").GetInt64());
        Assert.Equal(0, report.GetProperty("corrupted").GetInt64());
        Assert.True(report.GetProperty("roundTripMicroseconds").GetProperty("p50").GetDouble() > 0);
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task PingsToNobodyAreLostAndFail()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        JsonElement report = await host.JsonAsync(
            "rpmsg ping vrproc/@0x999 --count 3 --interval 0 --deadline 0.2", exitCode: 1);

        Assert.Equal(3, report.GetProperty("lost").GetInt64());
        Assert.Equal("failed", report.GetProperty("result").GetString());
    }

    [Fact]
    public async Task WrongAndMissingAnswersAreToldApart()
    {
        var processor = new KernelProcessorDevice(
            [SimulatedFirmware.Create("liar", (environment, stop) => LieAsync(environment, stop))]);
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync("openamp", processor);
        host.AddFirmware("liar.elf", KernelImage.ToElf("liar"));
        _ = (await host.BootAsync("liar.elf")).Required();
        _ = await host.Guest.WaitForLogAsync("creating channel rpmsg-raw", TestGuest.Token);

        JsonElement report = await host.JsonAsync("rpmsg ping rpmsg-raw -c 20 -f --deadline 3", exitCode: 1);

        Assert.Equal(16, report.GetProperty("received").GetInt64());
        Assert.Equal(2, report.GetProperty("corrupted").GetInt64());
        Assert.Equal(2, report.GetProperty("lost").GetInt64());
        Assert.Contains("byte 63 of the answer to ping 3", report.GetProperty("error").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEndpointIsMadeUsedAndDestroyedByItsPath()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        uint echo = await EchoAddressAsync(host);

        string path = await host.ToolAsync($"rpmsg create-ept mine --source 0x77 --destination {echo}", 0);

        Assert.Matches("^/dev/rpmsg[0-9]+$", path);
        Assert.Contains("\"hello\"", await host.ToolAsync(
            $"rpmsg send {path} hello --replies 1 --timeout 20", 0), StringComparison.Ordinal);
        Assert.Contains("mine", await host.ToolAsync("rpmsg list", 0), StringComparison.Ordinal);
        Assert.Equal($"{path} is destroyed", await host.ToolAsync($"rpmsg destroy {path}", 0));
        Assert.Contains("no endpoint device", await host.ToolAsync($"rpmsg destroy {path}", 1),
            StringComparison.Ordinal);
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task AnEndpointIsDestroyedByItsNameUnlessSeveralHaveIt()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        _ = await host.ToolAsync("rpmsg create-ept mine --link vrproc --source 0x77 --destination 0x1", 0);
        _ = await host.ToolAsync("rpmsg create-ept mine --link /dev/rpmsg_ctrl0 --source 0x78 --destination 0x1", 0);

        Assert.Contains("several fit", await host.ToolAsync("rpmsg destroy mine", 1), StringComparison.Ordinal);
        _ = await host.ToolAsync("rpmsg destroy mine --source 0x77", 0);
        _ = await host.ToolAsync("rpmsg destroy mine", 0);
        Assert.DoesNotContain("mine", await host.ToolAsync("rpmsg list", 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChannelIsMadeAndDestroyed()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        uint echo = await EchoAddressAsync(host);

        string path = await host.ToolAsync($"rpmsg create-dev rpmsg-raw --source 0x88 --destination {echo}", 0);

        Assert.Matches("^/dev/rpmsg[0-9]+$", path);
        Assert.Contains("exists", await host.ToolAsync(
            $"rpmsg create-dev rpmsg-raw --source 0x88 --destination {echo}", 1), StringComparison.Ordinal);
        Assert.Contains("is destroyed", await host.ToolAsync("rpmsg destroy rpmsg-raw --source 0x88", 0),
            StringComparison.Ordinal);
        Assert.Matches("^/dev/ttyRPMSG[0-9]+$", await host.ToolAsync(
            $"rpmsg create-dev rpmsg-tty --source 0x89 --destination {echo}", 0));
    }

    [Fact]
    public async Task MessagesAreSentAsTextAndHexAndFromStandardInput()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        string text = await host.ToolAsync("rpmsg send rpmsg-raw one 'two words' --replies 2 --as lines --timeout "
            + "20", 0);
        string hex = await host.ToolAsync("rpmsg send rpmsg-raw --hex '01 ff' --replies 1 --as hex --timeout 20", 0);
        string lines = (await host.Guest.RunAsync(
            "printf 'a\\nbb\\n' | /mnt/bin/openamp rpmsg send rpmsg-raw --file - --frames lines --replies 2 --as lines "
                + "--timeout 20",
            TestGuest.Token)).Required();

        Assert.Equal("one\ntwo words", text);
        Assert.EndsWith("2 bytes  01 ff", hex, StringComparison.Ordinal);
        Assert.Equal("a\nbb", lines);
    }

    [Fact]
    public async Task ListeningPrintsWhatTheRemoteSendsUnasked()
    {
        var processor = new KernelProcessorDevice(
            [SimulatedFirmware.Create("teller", (environment, stop) => TellAsync(environment, stop))]);
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync("openamp", processor);
        host.AddFirmware("teller.elf", KernelImage.ToElf("teller"));
        _ = (await host.BootAsync("teller.elf")).Required();
        string path = await host.ToolAsync("rpmsg create-ept ear --source 0x99 --destination 0x500", 0);

        string heard = await host.ToolAsync($"rpmsg listen {path} --count 3 --as lines --timeout 30 2>/dev/null", 0);

        Assert.Equal(["tick", "tick", "tick"], heard.Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task ABridgeCarriesLinesBetweenAPipeAndTheRemote()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        string output = (await host.Guest.RunAsync(
            "printf 'a\\nlonger line\\n' | /mnt/bin/openamp rpmsg bridge rpmsg-raw --stdio --frames lines 2>/dev/null",
            TestGuest.Token)).Required();

        Assert.Equal("a\nlonger line", output);
    }

    // Sends to an address that it knows, asked or not.
    private static async Task TellAsync(RemoteEnvironment environment, CancellationToken stop)
    {
        await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stop);
        await using RpmsgEndpoint endpoint = link.CreateEndpoint(
            new RpmsgEndpointOptions { LocalAddress = 0x500, RemoteAddress = 0x99 });
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            await endpoint.SendAsync(Encoding.UTF8.GetBytes(FormattableString.Invariant($"tick {i}")), stop);
            await Task.Delay(50, stop);
        }
    }

    // Of ten messages one comes back with its last byte changed, and one not at all.
    private static async Task LieAsync(RemoteEnvironment environment, CancellationToken stop)
    {
        await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stop);
        await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(KernelPrograms.RawService, null, stop);
        int count = 0;
        await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(stop))
        {
            byte[] payload = message.Payload.ToArray();
            uint source = message.Source;
            message.Dispose();
            payload[^1] ^= (byte)(count % 10 == 3 ? 1 : 0);
            if (count++ % 10 != 5)
            {
                await endpoint.SendToAsync(payload, source, stop);
            }
        }
    }

    private static async Task<uint> EchoAddressAsync(KernelProcessorHost host)
    {
        JsonElement report = await host.JsonAsync("rpmsg list");
        string text = report.GetProperty("links")[0].GetProperty("channels").EnumerateArray()
            .First(channel => channel.GetProperty("name").GetString() == "rpmsg-raw")
            .GetProperty("destination").GetString()!;
        return Convert.ToUInt32(text, 16);
    }
}
