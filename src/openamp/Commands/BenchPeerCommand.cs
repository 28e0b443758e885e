// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using OpenAmp.Tool.Bench;

namespace OpenAmp.Tool.Commands;

/// <summary>The benchmark's other process.</summary>
internal sealed class BenchPeerCommand : Command
{
    private readonly Argument<string> _wires = new("wires");

    public BenchPeerCommand()
        : base(BenchPeer.Command, "The benchmark's other process; the benchmark starts it.")
    {
        Hidden = true;
        Arguments.Add(_wires);
        SetAction((line, _) => BenchPeer.RunAsync(line.GetRequiredValue(_wires)));
    }
}
