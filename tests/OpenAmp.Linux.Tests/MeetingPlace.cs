// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux.Tests;

/// <summary>Names for shared memory and sockets that no other test uses; removed when disposed.</summary>
internal sealed class MeetingPlace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openamp-").FullName;

    internal MeetingPlace() => Name = Path.GetFileName(_folder);

    internal string Name { get; }

    internal string SocketPath => Path.Combine(_folder, "event.0");

    internal string[] Arguments => [Name, SocketPath];

    internal TwoProcessOptions Options => OtherProcessRoles.OptionsFrom(Arguments);

    /// <summary>Descriptors open once finalizers have closed what earlier tests forgot: to count from.</summary>
    internal static int SettledDescriptors
    {
        get
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return OpenDescriptors;
        }
    }

    internal static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    internal static int OpenMappings(string name)
        => File.ReadAllText("/proc/self/maps").Split(name).Length - 1;

    public void Dispose()
    {
        _ = SharedMemory.Unlink(Name);
        Directory.Delete(_folder, recursive: true);
    }
}
