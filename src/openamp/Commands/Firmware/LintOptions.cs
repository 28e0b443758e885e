// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The options that say what a linter may assume.</summary>
internal sealed class LintOptions
{
    private readonly Option<ResourceTablePeers> _peers = new("--peers")
    {
        Description = "Who will read the table: linux, open-amp (the C library), this (this library), or none; with "
            + "commas between.",
        HelpName = "PEER,...",
        DefaultValueFactory = _ => ResourceTablePeers.Linux | ResourceTablePeers.ThisLibrary,
        CustomParser = ReadPeers,
    };

    private readonly Option<TableRegion[]> _memory = new("--memory")
    {
        Description = "Memory that the processor has, by device address; once for each piece. LENGTH may end in K, M "
            + "or G.",
        HelpName = "NAME=ADDRESS:LENGTH",
        DefaultValueFactory = _ => [],
        CustomParser = ReadMemory,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _iommu = new("--iommu") { Description = "An IOMMU stands before the processor." };

    public void AddTo(Command command)
    {
        command.Options.Add(_peers);
        command.Options.Add(_memory);
        command.Options.Add(_iommu);
    }

    public ResourceTablePeers Peers(ParseResult line) => line.GetValue(_peers);

    /// <summary>What the command line says.</summary>
    public ResourceTableLintOptions Read(ParseResult line, TablePlacement? placement) => new()
    {
        Peers = Peers(line),
        Memory = line.GetValue(_memory) ?? [],
        HasIommu = line.GetValue(_iommu),
        Placement = placement,
    };

    /// <summary>The words for peers, as they are typed.</summary>
    public static IReadOnlyList<string> NamesOf(ResourceTablePeers peers)
    {
        var names = new List<string>();
        Add(ResourceTablePeers.Linux, "linux");
        Add(ResourceTablePeers.OpenAmpC, "open-amp");
        Add(ResourceTablePeers.ThisLibrary, "this");
        return names;

        void Add(ResourceTablePeers peer, string name)
        {
            if (peers.HasFlag(peer))
            {
                names.Add(name);
            }
        }
    }

    private static ResourceTablePeers ReadPeers(ArgumentResult result)
    {
        ResourceTablePeers peers = ResourceTablePeers.None;
        foreach (string name in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            switch (name)
            {
                case "linux":
                    peers |= ResourceTablePeers.Linux;
                    break;
                case "open-amp":
                    peers |= ResourceTablePeers.OpenAmpC;
                    break;
                case "this":
                    peers |= ResourceTablePeers.ThisLibrary;
                    break;
                case "none":
                    break;
                default:
                    result.AddError($"--peers takes linux, open-amp, this or none with commas between, not '{name}'.");
                    break;
            }
        }

        return peers;
    }

    private static TableRegion[] ReadMemory(ArgumentResult result)
        => [.. result.Tokens.Select(token => ReadRegion(token.Value, result)).OfType<TableRegion>()];

    private static TableRegion? ReadRegion(string text, ArgumentResult result)
    {
        int equals = text.IndexOf('=', System.StringComparison.Ordinal);
        int colon = text.LastIndexOf(':');
        if (equals > 0 && colon > equals
            && NumberText.TryParse(text[(equals + 1)..colon], out ulong address)
            && NumberText.TryParseLength(text[(colon + 1)..], out ulong length) && length > 0)
        {
            return new TableRegion(text[..equals], address, length);
        }

        result.AddError($"--memory takes NAME=ADDRESS:LENGTH, such as ddr=0x3ed00000:1M, not '{text}'.");
        return null;
    }
}
