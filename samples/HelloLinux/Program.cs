// SPDX-License-Identifier: BSD-3-Clause

// Says hello to a service of a processor that the Linux kernel runs, and prints the answer. The arguments choose the
// service (default: rpmsg-raw) and the processor by the name its driver gave it (default: the only one there is).
using System;
using System.Text;
using System.Threading;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
string service = args.Length > 0 ? args[0] : "rpmsg-raw";
var selector = new KernelRpmsgSelector { Processor = args.Length > 1 ? args[1] : null };

await using RpmsgLink link = await KernelRpmsgLink.OpenAsync(new() { Selector = selector }, deadline.Token);
await using RpmsgEndpoint endpoint = await link.ConnectAsync(service, deadline.Token);

await endpoint.SendAsync("hello"u8.ToArray(), deadline.Token);
using RpmsgMessage answer = await endpoint.ReceiveAsync(deadline.Token);
Console.WriteLine(Encoding.UTF8.GetString(answer.Payload));
