// SPDX-License-Identifier: BSD-3-Clause

// Boots firmware in C# on an emulated board, says hello and prints the echo.
// Build the firmware first:  eng/firmware --board mps2-an386 echo
// Then:                      dotnet run --project samples/HelloBoard m4 artifacts/firmware/mps2-an386/echo.elf
using System;
using System.Text;
using System.Threading;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

if (args is not [string board, string firmware])
{
    await Console.Error.WriteLineAsync("HelloBoard: give a board and the path of its firmware, such as: m4 echo.elf");
    return 2;
}

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
var driver = new QemuProcessorDriver(new() { Board = QemuBoard.Find(board) });
await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, deadline.Token);
await processor.LoadAsync(firmware, deadline.Token);
await processor.StartAsync(deadline.Token);

await using (RpmsgEndpoint echo = await processor.Rpmsg.ConnectAsync("rpmsg-openamp-demo-channel", deadline.Token))
{
    await echo.SendAsync("hello, board"u8.ToArray(), deadline.Token);
    using RpmsgMessage answer = await echo.ReceiveAsync(deadline.Token);
    Console.WriteLine(Encoding.UTF8.GetString(answer.Payload));
}

await processor.StopAsync(deadline.Token);
return 0;
