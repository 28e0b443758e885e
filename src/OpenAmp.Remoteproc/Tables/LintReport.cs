// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>Collects what the rules find, as far as it matters to the peers asked about.</summary>
internal sealed class LintReport(ResourceTableLintOptions options, int tableLengthBytes)
{
    private readonly List<ResourceTableDiagnostic> _diagnostics = [];

    public ResourceTableLintOptions Options { get; } = options;

    public int TableLengthBytes { get; } = tableLengthBytes;

    public IReadOnlyList<ResourceTableDiagnostic> Diagnostics => _diagnostics;

    /// <summary>Whether nothing more is taken: who reads that many?</summary>
    public bool IsFull => _diagnostics.Count >= ResourceTableLinter.MaxDiagnosticCount;

    public bool HasFaults { get; private set; }

    public void Add(ResourceTableFault fault)
    {
        HasFaults = true;
        Add(ResourceTableRule.Of(fault.Error), fault.OffsetBytes, FaultText.Describe(fault));
    }

    public void Add(string ruleId, uint offsetBytes, string message)
        => Add(ResourceTableRule.Of(ruleId), offsetBytes, message);

    private void Add(ResourceTableRule rule, uint offsetBytes, string message)
    {
        bool matters = rule.Peers == ResourceTablePeers.None || (rule.Peers & Options.Peers) != 0;
        if (matters && !IsFull)
        {
            long? fileOffset = Options.Placement?.FileOffsetBytes + offsetBytes;
            _diagnostics.Add(new ResourceTableDiagnostic(rule, offsetBytes, fileOffset, message));
        }
    }
}
