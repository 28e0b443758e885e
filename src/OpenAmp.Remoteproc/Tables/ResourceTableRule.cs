// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Remoteproc;

/// <summary>One thing that a <see cref="ResourceTableLinter"/> looks at. docs/resource-table.md has an example of
/// each.</summary>
public sealed partial record ResourceTableRule
{
    private static readonly Dictionary<string, ResourceTableRule> s_byId = Create().ToDictionary(rule => rule.Id);

    private ResourceTableRule(string id, ResourceTableSeverity severity, string title, ResourceTablePeers peers)
    {
        Id = id;
        Severity = severity;
        Title = title;
        Peers = peers;
    }

    /// <summary>All rules, by id.</summary>
    public static IReadOnlyList<ResourceTableRule> All { get; }
        = [.. s_byId.Values.OrderBy(rule => rule.Id, System.StringComparer.Ordinal)];

    /// <summary>Stable id: RSC and three digits. The number of a rule that goes is not used again.</summary>
    public string Id { get; }

    /// <summary>How bad it is to break it.</summary>
    public ResourceTableSeverity Severity { get; }

    /// <summary>What it says, in one line.</summary>
    public string Title { get; }

    /// <summary>For whose sake it exists; <see cref="ResourceTablePeers.None"/> is everybody's.</summary>
    public ResourceTablePeers Peers { get; }

    internal static ResourceTableRule Of(string id) => s_byId[id];

    internal static ResourceTableRule Of(ResourceTableError error) => s_byId[FaultText.RuleIdOf(error)];
}
