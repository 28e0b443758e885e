// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>Names for shared memory and sockets that no other test uses; removed when disposed.</summary>
internal sealed class MeetingPlace : IDisposable
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);
    private static readonly string[] OurKinds = ["socket:", "anon_inode:[eventfd]", "/dev/shm/", "/memfd:"];

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

    /// <summary>Open descriptors of the kinds that the library makes. The runtime opens others when it likes.</summary>
    internal static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Count(IsOfOurKind);

    /// <summary>Asserts that as many descriptors are open as before, as soon as other threads have closed
    /// theirs.</summary>
    internal static void AssertOpenDescriptors(int before)
    {
        _ = SpinWait.SpinUntil(() => OpenDescriptors == before, SettleTime);
        Assert.Equal(before, OpenDescriptors);
    }

    internal static int OpenMappings(string name)
        => File.ReadAllText("/proc/self/maps").Split(name).Length - 1;

    public void Dispose()
    {
        _ = SharedMemory.Unlink(Name);
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsOfOurKind(string path)
    {
        // Null when it was closed since the folder was listed.
        string? target = new FileInfo(path).LinkTarget;
        return target is not null && OurKinds.Any(kind => target.StartsWith(kind, StringComparison.Ordinal));
    }
}
