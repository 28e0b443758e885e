// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using OpenAmp.Benchmarks;
using OpenAmp.Tool.Bench;

if (args is [BenchPeer.Command, var wires])
{
    return await BenchPeer.RunAsync(wires).ConfigureAwait(false);
}

return await new RootCommand("Measures RPMsg links against what the machine itself can do.")
{
    TargetsCommand.Create(),
    TargetsCommand.CreateLife(),
    LocalCommand.Create(),
    KernelCommand.Create(),
}.Parse(args).InvokeAsync().ConfigureAwait(false);
