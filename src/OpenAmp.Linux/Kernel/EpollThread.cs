// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>One thread that waits for all device files of the process that somebody reads.</summary>
/// <remarks>It begins with the first file and lives as long as the process. Whoever waits for a file is resumed on
/// it, so that a message costs one wake-up and not two.</remarks>
internal sealed unsafe class EpollThread
{
    private const int MaxEventsAtOnce = 32;
    private const int StackBytes = 512 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, AsyncDescriptor> _watched = [];
    private readonly SafeFileHandle _epoll;
    private ulong _lastKey;

    private EpollThread()
    {
        _epoll = Interop.Own(Interop.epoll_create1(Interop.EPOLL_CLOEXEC), "epoll_create1", "device files",
            "Raise the limit of open files (ulimit -n).");
        new Thread(Run, StackBytes) { IsBackground = true, Name = "OpenAMP devices" }.UnsafeStart();
    }

    // Made when first asked for; an error then is the asker's.
    internal static EpollThread Shared => Holder.Instance;

    internal ulong NewKey()
    {
        lock (_gate)
        {
            return ++_lastKey;
        }
    }

    /// <summary>Changes what a file is watched for. 0 ends the watch.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    internal void Watch(AsyncDescriptor file, int descriptor, uint before, uint after)
    {
        int operation = before == 0 ? Interop.EPOLL_CTL_ADD
            : after == 0 ? Interop.EPOLL_CTL_DEL
            : Interop.EPOLL_CTL_MOD;
        lock (_gate)
        {
            if (after == 0)
            {
                _watched.Remove(file.Key);
            }
            else
            {
                _watched[file.Key] = file;
            }
        }

        byte* space = stackalloc byte[EpollEvents.MaxSizeBytes];
        new EpollEvents(space).Set(after, file.Key);
        if (Interop.epoll_ctl((int)_epoll.DangerousGetHandle(), operation, descriptor, space) != 0)
        {
            throw Interop.Failure("epoll_ctl", "a device file", Interop.LastErrno,
                "Is it a file that can be waited for?");
        }
    }

    private void Run()
    {
        byte* space = stackalloc byte[MaxEventsAtOnce * EpollEvents.MaxSizeBytes];
        var events = new EpollEvents(space);
        while (true)
        {
            int count = Interop.epoll_wait((int)_epoll.DangerousGetHandle(), space, MaxEventsAtOnce, -1);
            for (int i = 0; i < count; i++)
            {
                AsyncDescriptor? file;
                lock (_gate)
                {
                    _ = _watched.TryGetValue(events.Key(i), out file);
                }

                file?.Notice(events.Mask(i));
            }
        }
    }

    private static class Holder
    {
        internal static readonly EpollThread Instance = new();
    }
}
