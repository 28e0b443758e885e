// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>One run of a process processor, from its first doorbell to its stop: the process, and the descriptors that
/// it shares with us.</summary>
internal sealed class ProcessRun(string processorName, RemoteProcessorPort port) : IAsyncDisposable
{
    // Between a start that the library gave up waiting for, and the stop that follows.
    private readonly Lock _lock = new();
    private readonly Lifeline _lifeline = new();
    private readonly List<(int Ordinal, EventFd ToHost, EventFd ToFirmware)> _vdevs = [];
    private readonly List<RemoteNotification> _notifications = [];
    private ChildProcess? _child;
    private Task _watch = Task.CompletedTask;
    private bool _isOver;

    /// <summary>The process, while it runs.</summary>
    internal int? ProcessId => _child is { Exited.IsCompleted: false } child ? child.Id : null;

    /// <summary>Makes the doorbell of a virtio device. It says that the peer is gone once the run is over, and the
    /// driver has reported why.</summary>
    /// <exception cref="IOException">Too many files are open.</exception>
    internal LinkDoorbell AddVdev(VdevResource vdev)
    {
        EventFd toHost = new();
        EventFd? toFirmware = null;
        try
        {
            toFirmware = new EventFd();
            LinkDoorbell doorbell = new EventFdDoorbell(toHost, toFirmware, Lifeline.Duplicate(_lifeline.Reader));
            _vdevs.Add((vdev.Ordinal, toHost, toFirmware));
            return doorbell;
        }
        catch
        {
            toHost.Dispose();
            toFirmware?.Dispose();
            throw;
        }
    }

    /// <summary>Runs the firmware.</summary>
    /// <param name="options">What to run, without the descriptors.</param>
    /// <param name="start">What it is told.</param>
    /// <param name="memory">What it shares with us.</param>
    /// <exception cref="IOException">The system refused; nothing runs.</exception>
    internal void Start(ChildProcessOptions options, RemoteStart start, SharedMemory memory)
    {
        AddNotifications(start.Table);
        List<SafeHandle> handles = [];
        ProcessorContract contract = Describe(handles, start, memory);
        Dictionary<string, string?> environment = new(options.Environment)
        {
            [ProcessEnvironment.VariableName] = contract.ToString(),
        };
        lock (_lock)
        {
            if (_isOver)
            {
                throw new RemoteProcessorException($"The start of processor '{processorName}' came after its stop.");
            }

            _child = ChildProcess.Start(options with { Handles = handles, Environment = environment });
            _watch = WatchAsync(_child);
        }

        _notifications.ForEach(notification => notification.Start());
        Log.ProcessStarted(port.Logger, processorName, _child.Id);
    }

    /// <summary>Holds the process.</summary>
    /// <exception cref="RemoteProcessorException">It has ended.</exception>
    internal async ValueTask SuspendAsync(CancellationToken cancellationToken)
    {
        ChildProcess child = Signal(SignalName.Stop);
        while (!child.Exited.IsCompleted && !ProcessDescriptor.HasStopped(child.ExitHandle))
        {
            // It takes a thread of the process that is in a call of the kernel a moment.
            await Task.Delay(TimeSpan.FromMilliseconds(1), port.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets a held process go on.</summary>
    /// <exception cref="RemoteProcessorException">It has ended.</exception>
    internal void Resume() => _ = Signal(SignalName.Continue);

    /// <summary>Ends the process: politely, and by force once the grace or the caller's time is over.</summary>
    /// <exception cref="IOException">The system refused a signal.</exception>
    internal async ValueTask StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (EndRun() is not { } child)
        {
            return;
        }

        try
        {
            _ = await child.StopAsync(grace, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What disposes this kills it.
        }
    }

    /// <summary>Kills the process if it runs, and lets go of everything.</summary>
    /// <exception cref="TimeoutException">The process hangs in the kernel; this may be called again.</exception>
    public async ValueTask DisposeAsync()
    {
        _ = EndRun();
        if (_child is not null)
        {
            await _child.DisposeAsync().ConfigureAwait(false);

            // So that its report does not come to a later run.
            await _watch.ConfigureAwait(false);
            if (_child.OutputEnded.Exception is { } error)
            {
                Log.OutputFailed(port.Logger, processorName, error);
            }
        }

        _notifications.ForEach(notification => notification.Dispose());
        _notifications.Clear();

        // The eventfds are the doorbells', which the library disposes.
        _vdevs.Clear();
        _lifeline.Dispose();
    }

    private ChildProcess? EndRun()
    {
        lock (_lock)
        {
            _isOver = true;
            return _child;
        }
    }

    private ChildProcess Signal(int signal)
        => _child is { } child && child.Signal(signal) ? child
            : throw new RemoteProcessorException($"The process of processor '{processorName}' has ended.");

    private async Task WatchAsync(ChildProcess child)
    {
        (CrashKind kind, string how) = (CrashKind.FatalError, "cannot be watched any more, and was killed");
        try
        {
            ChildExit exit = await child.Exited.ConfigureAwait(false);
            (kind, how) = (KindOf(exit), exit.ToString());
            Log.ProcessEnded(port.Logger, processorName, exit);
        }
        catch (IOException error)
        {
            how += $": {error.Message}";
        }

        bool isOver;
        lock (_lock)
        {
            isOver = _isOver;
        }

        if (!isOver)
        {
            port.ReportCrash(kind, $"Process {child.Id} {how}.");
        }

        // After the report, which says more than a link that finds its peer gone.
        _lifeline.End();
    }

    private static CrashKind KindOf(ChildExit exit)
        => exit.Signal switch
        {
            SignalName.Segmentation or SignalName.Bus => CrashKind.MemoryFault,
            null => CrashKind.Exited,
            _ => CrashKind.FatalError,
        };

    private void AddNotifications(ResourceTable? table)
    {
        IEnumerable<uint> ids = (table?.Traces ?? []).Select(trace => trace.NotifyId).OfType<uint>();
        _notifications.AddRange(ids.Distinct().Select(id => new RemoteNotification(id, port)));
    }

    private ProcessorContract Describe(List<SafeHandle> handles, RemoteStart start, SharedMemory memory)
    {
        SharedRegion region = memory.Region;
        _ = start.Memory.TryToPhysical(region.Address, out ulong physical);
        return new ProcessorContract
        {
            Name = ProcessorContract.ToWord(processorName),
            Memory = new(Add(handles, memory.Handle), region.Address.Value, region.LengthBytes, physical),
            Table = start.TableAddress is { } table ? (table.Value, (ulong)start.Table!.LengthBytes) : null,
            Lifeline = Add(handles, _lifeline.Reader),
            Vdevs = [.. _vdevs.Select(vdev => new ProcessorDoorbell(
                vdev.Ordinal, Add(handles, vdev.ToFirmware.Handle), Add(handles, vdev.ToHost.Handle)))],
            Notifications = [.. _notifications.Select(notification => (
                notification.NotifyId, Add(handles, notification.Handle)))],
        };
    }

    /// <summary>Adds a handle for the firmware's process.</summary>
    /// <returns>The number under which it finds it.</returns>
    private static int Add(List<SafeHandle> handles, SafeHandle handle)
    {
        handles.Add(handle);
        return ChildProcessOptions.FirstHandleDescriptor + handles.Count - 1;
    }
}
