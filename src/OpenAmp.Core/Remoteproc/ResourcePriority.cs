// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What a host does with a version 2 item that it does not know or cannot provide.</summary>
public enum ResourcePriority : ushort
{
    /// <summary>It goes on without.</summary>
    Optional = 0,

    /// <summary>It refuses the firmware.</summary>
    Required = 1,
}
