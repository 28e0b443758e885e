// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Threading;

namespace OpenAmp.Interop.Tests;

/// <summary>Shared memory and socket names that no other test uses; disposing removes what bears them.</summary>
public sealed class LinkNames : IDisposable
{
    private static int s_count;

    /// <summary>Picks names that are unique on this machine.</summary>
    public LinkNames()
    {
        string unique = string.Create(
            CultureInfo.InvariantCulture,
            $"openamp-interop-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}-");
        Shm = unique + "shm";
        SocketPath = Path.Combine(Path.GetTempPath(), unique + "socket");
    }

    /// <summary>Name of the shared memory object, as shm_open takes it.</summary>
    public string Shm { get; }

    /// <summary>Path of the notification socket.</summary>
    public string SocketPath { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(Path.Combine("/dev/shm", Shm));
        File.Delete(SocketPath);
    }
}
