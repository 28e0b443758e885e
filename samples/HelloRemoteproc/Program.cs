// SPDX-License-Identifier: BSD-3-Clause

// Loads firmware into a simulated processor, starts it, says hello and prints the answer; then crashes it and says
// hello to what comes back. Needs no board, no file and no second process.
using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));

// The firmware: what runs on the other processor.
var firmware = SimulatedFirmware.Create("echo", async (environment, stop) =>
{
    await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stop);
    await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("echo", null, stop);
    await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(stop))
    {
        using (message)
        {
            await endpoint.SendToAsync(message.Payload.ToArray(), message.Source, stop);
        }
    }
});
byte[] image = SimulatedImage.ToElf(new()
{
    FirmwareName = firmware.Name,
    ResourceTable = new ResourceTableBuilder().AddRpmsgVdev(entryCount: 16).ToBytes(),
});

// The host: what runs here.
var driver = new SimulatedProcessorDriver(new() { Firmware = [firmware] });
await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(
    driver, new() { Recovery = RecoveryPolicy.Always }, deadline.Token);
await processor.LoadAsync(FirmwareStore.FromMemory(image), deadline.Token);
await processor.StartAsync(deadline.Token);
await GreetAsync("hello");

Task back = processor.WaitForChangeAsync(RemoteProcessorState.Running, deadline.Token);
driver.Crash(CrashKind.Watchdog, "the sample asked for it");
await back;
await GreetAsync("hello again");
await processor.StopAsync(deadline.Token);
return;

async Task GreetAsync(string greeting)
{
    await using RpmsgEndpoint echo = await processor.Rpmsg.ConnectAsync("echo", deadline.Token);
    await echo.SendAsync(Encoding.UTF8.GetBytes(greeting), deadline.Token);
    using RpmsgMessage answer = await echo.ReceiveAsync(deadline.Token);
    Console.WriteLine(Encoding.UTF8.GetString(answer.Payload));
}
