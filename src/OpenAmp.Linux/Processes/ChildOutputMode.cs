// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>Where an output stream of a child process goes.</summary>
public enum ChildOutputMode
{
    /// <summary>To where this process's own stream goes.</summary>
    Inherit,

    /// <summary>To /dev/null.</summary>
    Discard,

    /// <summary>Line by line to <see cref="ChildProcessOptions.OnLine"/>.</summary>
    Lines,
}
