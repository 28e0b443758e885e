// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;

namespace OpenAmp.Linux;

/// <summary>A link's own mapping of the guest's memory, which outlives the driver if the program holds buffers, but
/// not as the guest's.</summary>
internal sealed class VhostUserLinkMemory(VhostUserMemory memory) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _disposed;

    internal VhostUserMemory Memory { get; } = memory;

    /// <summary>Puts empty memory in the guest's place, unless the link let go of it already.</summary>
    internal void Detach()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Memory.Detach();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Memory.Dispose();
        }
    }
}
