// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Linux;

namespace OpenAmp.Tool.Commands;

/// <summary>Names for shared memory and socket that nobody else uses. Disposing removes both.</summary>
internal sealed class DemoPlace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openamp-demo-").FullName;

    public string SharedMemoryName => Path.GetFileName(_folder);

    public string SocketPath => Path.Combine(_folder, "kicks");

    public void Dispose()
    {
        SharedMemory.Unlink(SharedMemoryName);
        Directory.Delete(_folder, recursive: true);
    }
}
