// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How bad it is what a rule found.</summary>
public enum ResourceTableSeverity
{
    /// <summary>Works; good to know.</summary>
    Note = 0,

    /// <summary>Works for some, or is likely not what was meant.</summary>
    Warning = 1,

    /// <summary>A peer refuses the table, or the link cannot work.</summary>
    Error = 2,
}
