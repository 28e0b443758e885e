// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Threading;

namespace OpenAmp.Tool.Tests;

/// <summary>Shared memory and socket names that no other test uses; disposing removes what bears them.</summary>
internal sealed class LinkNames : IDisposable
{
    private static int s_count;

    public LinkNames()
    {
        string unique = string.Create(
            CultureInfo.InvariantCulture,
            $"openamp-tool-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        SharedMemory = unique + "-shm";
        SocketPath = Path.Combine(Path.GetTempPath(), unique + "-socket");
    }

    public string SharedMemory { get; }

    public string SocketPath { get; }

    public string[] Arguments => ["--shm", SharedMemory, "--socket-path", SocketPath];

    public void Dispose()
    {
        File.Delete(Path.Combine("/dev/shm", SharedMemory));
        File.Delete(SocketPath);
    }
}
