// SPDX-License-Identifier: BSD-3-Clause

// Says hello to an echo and prints the answer. Run "./openamp echo" first, or an OpenAMP C program that echoes.
// Two arguments, the shared memory's name and the socket's path, choose another link than the default.
using System;
using System.Text;
using System.Threading;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
TwoProcessOptions place = args is [var memory, var socket]
    ? new() { SharedMemoryName = memory, SocketPath = socket }
    : new();

await using RpmsgLink link = await TwoProcessLink.OpenAsync(
    new() { Role = VirtioRole.Driver, Side = SocketSide.Client, Place = place }, deadline.Token);

await using RpmsgEndpoint echo = await link.ConnectAsync("rpmsg-openamp-demo-channel", deadline.Token);
await echo.SendAsync("hello"u8.ToArray(), deadline.Token);

await foreach (RpmsgMessage message in echo.ReceiveAllAsync(deadline.Token))
{
    using (message)
    {
        Console.WriteLine(Encoding.UTF8.GetString(message.Payload));
        break;
    }
}
