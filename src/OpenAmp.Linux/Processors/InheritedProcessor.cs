// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>What a firmware's process inherited, taken over: the memory, the doorbells, the lifeline.</summary>
internal sealed class InheritedProcessor : IWatchedDescriptor, IDisposable
{
    private readonly ProcessorContract _contract;
    private readonly ProcessEnvironmentOptions _options;
    private readonly TaskCompletionSource _disposed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SafeFileHandle _lifeline;
    private readonly Dictionary<int, (EventFd Wait, EventFd Kick)> _vdevs;
    private readonly Dictionary<uint, EventFd> _notifications;
    private readonly SharedMemory _memory;
    private readonly PosixSignalRegistration _terminated;

    private InheritedProcessor(ProcessorContract contract, ProcessEnvironmentOptions options)
    {
        _contract = contract;
        _options = options;
        _lifeline = Take(contract.Lifeline);
        _vdevs = contract.Vdevs.ToDictionary(
            vdev => vdev.Ordinal, vdev => (new EventFd(Take(vdev.Wait)), new EventFd(Take(vdev.Kick))));
        _notifications = contract.Notifications.ToDictionary(
            notification => notification.NotifyId, notification => new EventFd(Take(notification.Kick)));
        _memory = SharedMemory.FromHandle(Take(contract.Memory.Descriptor), new(contract.Memory.Address));
        _terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Stop();
        });
    }

    SafeHandle IWatchedDescriptor.Handle => _lifeline;

    /// <summary>Looks whether the descriptors are what the text says. Takes nothing over.</summary>
    /// <returns><see langword="null"/> when they are.</returns>
    internal static string? FindFault(ProcessorContract contract)
    {
        foreach (int descriptor in contract.Descriptors)
        {
            string expected = descriptor == contract.Memory.Descriptor ? "/memfd:"
                : descriptor == contract.Lifeline ? "pipe:" : "anon_inode:[eventfd]";
            string? actual = new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
            if (actual?.StartsWith(expected, StringComparison.Ordinal) != true)
            {
                return $"descriptor {descriptor} is \"{actual ?? "closed"}\", expected \"{expected}\"";
            }
        }

        long lengthBytes = LengthOf(contract.Memory.Descriptor);
        return lengthBytes == (long)contract.Memory.LengthBytes ? null
            : $"the memory has {lengthBytes} bytes, expected {contract.Memory.LengthBytes}";
    }

    /// <summary>Takes everything over.</summary>
    /// <exception cref="IOException">The memory cannot be mapped.</exception>
    /// <exception cref="ResourceTableException">The table is malformed.</exception>
    internal static RemoteEnvironment Open(ProcessorContract contract, ProcessEnvironmentOptions options)
    {
        InheritedProcessor? inherited = null;
        try
        {
            inherited = new InheritedProcessor(contract, options);
            RemoteEnvironment environment = new(inherited.Describe());
            DescriptorWatcher.Shared.Watch(inherited);
            inherited = null;
            return environment;
        }
        finally
        {
            inherited?.Dispose();
        }
    }

    void IWatchedDescriptor.BecameReady()
    {
        Log.HostGone(_options.Logger, _contract.Name);
        new Thread(KillLater) { IsBackground = true, Name = "OpenAMP host gone" }.UnsafeStart();
        Stop();
    }

    void IWatchedDescriptor.WatchFailed(IOException error)
    {
        Log.HostNotWatched(_options.Logger, _contract.Name, error);
        Stop();
    }

    public void Dispose()
    {
        if (!_disposed.TrySetResult())
        {
            return;
        }

        _terminated.Dispose();
        _ = DescriptorWatcher.Shared.Unwatch(this);
        _lifeline.Dispose();
        foreach ((EventFd wait, EventFd kick) in _vdevs.Values)
        {
            wait.Dispose();
            kick.Dispose();
        }

        foreach (EventFd notification in _notifications.Values)
        {
            notification.Dispose();
        }

        _memory.Dispose();
        lock (_stopping)
        {
            _stopping.Dispose();
        }
    }

    private static long LengthOf(int descriptor)
    {
        using SafeFileHandle borrowed = new(descriptor, ownsHandle: false);
        return RandomAccess.GetLength(borrowed);
    }

    private static SafeFileHandle Take(int descriptor)
    {
        // It cannot fail: the descriptor is open, as was looked at before.
        _ = Interop.fcntl(descriptor, Interop.F_SETFD, Interop.FD_CLOEXEC);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private RemoteEnvironmentDescription Describe()
    {
        MemoryMap memory = new();
        memory.Add(new MemoryRegion
        {
            Name = "memory",
            Memory = _memory.Region,
            PhysicalAddress = _contract.Memory.PhysicalAddress,
            IsPool = true,
        });
        return new RemoteEnvironmentDescription
        {
            Name = _contract.Name,
            Memory = memory,
            Table = _contract.Table is { } table
                && memory.TryTranslate(new DeviceAddress(table.Address), table.LengthBytes, out SharedRegion place)
                ? place
                : null,
            OpenDoorbell = OpenDoorbell,
            Notify = Notify,
            Stopping = _stopping.Token,
            Owner = this,
            Logger = _options.Logger,
        };
    }

    private EventFdDoorbell OpenDoorbell(VdevResource vdev)
        => _vdevs.TryGetValue(vdev.Ordinal, out (EventFd Wait, EventFd Kick) bell)
            ? new EventFdDoorbell(bell.Wait.Duplicate(), bell.Kick.Duplicate(), Lifeline.Duplicate(_lifeline))
            : throw new InvalidOperationException($"The host of processor '{_contract.Name}' gave no doorbell for "
                + $"{vdev}.");

    private void Notify(uint notifyId)
    {
        if (!_notifications.TryGetValue(notifyId, out EventFd? bell))
        {
            throw new ArgumentOutOfRangeException(nameof(notifyId), notifyId, "No entry of the table has that notify "
                + $"id; there are: {string.Join(", ", _notifications.Keys)}.");
        }

        bell.Signal();
    }

    // Elsewhere: what the firmware does then may take its time, and this thread serves others.
    private void Stop()
    {
        lock (_stopping)
        {
            if (!_disposed.Task.IsCompleted)
            {
                _ = _stopping.CancelAsync();
            }
        }
    }

    private void KillLater()
    {
        if (!_disposed.Task.Wait(_options.HostGoneGrace))
        {
            Log.HostGoneTooLong(_options.Logger, _contract.Name, _options.HostGoneGrace);
            _ = Interop.kill(Environment.ProcessId, SignalName.Kill);
        }
    }
}
