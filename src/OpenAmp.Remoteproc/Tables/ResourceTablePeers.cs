// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Who is going to read a resource table, for rules that matter to some only.</summary>
[Flags]
public enum ResourceTablePeers
{
    /// <summary>Nobody in particular: only what is wrong for everybody is reported.</summary>
    None = 0,

    /// <summary>The Linux kernel's remoteproc core as the host.</summary>
    Linux = 1,

    /// <summary>The open-amp library in C as the host.</summary>
    OpenAmpC = 2,

    /// <summary>This library as the host.</summary>
    ThisLibrary = 4,
}
