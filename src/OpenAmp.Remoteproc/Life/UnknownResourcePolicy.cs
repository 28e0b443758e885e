// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What happens to entries of a table that nobody knows: an unknown type, or a vendor's that the driver has no
/// word for.</summary>
/// <remarks>An entry that says it is required (version 2) is always refused.</remarks>
public enum UnknownResourcePolicy
{
    /// <summary>They are skipped with a warning in the log.</summary>
    Warn,

    /// <summary>They are skipped.</summary>
    Ignore,

    /// <summary>The firmware is refused.</summary>
    Refuse,
}
