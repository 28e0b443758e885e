// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Linux;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>One QEMU: its process, its monitor and the board's first UART.</summary>
/// <remarks>It dies with this process, whatever ends that; leaves no core file and nothing in the file
/// system.</remarks>
internal sealed class QemuMachine : IUartListener, IAsyncDisposable
{
    private const int MaxKeptLines = 64;
    private const int SigKill = 9;

    // As processes do: killed with the parent, unless that has died before this was said; no core file.
    private const string Guard = "[ \"$PPID\" = \"$0\" ] || exit 1; ulimit -c 0; exec \"$@\"";

    private static readonly TimeSpan LastLinesTime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<string> _output = new();
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly TimeSpan _timeout;
    private UartSocket? _uart;
    private ChildProcess? _child;
    private QmpClient? _monitor;
    private SharedMemory? _bootRom;
    private Task _watch = Task.CompletedTask;
    private TaskCompletionSource? _reset;

    // Volatile: set between runs, read by the threads that tell what happens.
    private volatile IMachineListener? _listener;

    private QemuMachine(string name, ILogger logger, TimeSpan timeout)
    {
        _name = name;
        _logger = logger;
        _timeout = timeout;
    }

    /// <summary>The doorbell; <see langword="null"/> when the first UART leads elsewhere.</summary>
    internal UartSocket? Uart => _uart;

    /// <summary>The monitor.</summary>
    internal QmpClient Monitor => _monitor!;

    /// <summary>The process.</summary>
    internal int ProcessId => _child!.Id;

    /// <summary>Whether its gdb server was opened.</summary>
    internal bool HasDebugger { get; set; }

    /// <summary>Whether QEMU runs still.</summary>
    internal bool IsAlive => _child is { Exited.IsCompleted: false };

    /// <summary>Starts QEMU with the board's processors held.</summary>
    /// <exception cref="RemoteProcessorException">It is not there, or does not come up; the message holds what it
    /// said.</exception>
    internal static async Task<QemuMachine> StartAsync(
        QemuProcessorOptions options,
        QemuMemory memory,
        DeviceAddress entryPoint,
        string name,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        QemuMachine machine = new(name, logger, options.CommandTimeout);
        try
        {
            await machine.SpawnAsync(options, memory, entryPoint, cancellationToken).ConfigureAwait(false);
            return machine;
        }
        catch (Exception error) when (error is IOException or QmpException or OperationCanceledException)
        {
            string said = await machine.EndWordsAsync().ConfigureAwait(false);
            await machine.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException)
            {
                throw;
            }

            throw new RemoteProcessorException(
                $"QEMU does not come up for processor '{name}': {error.Message}{said}", error);
        }
        catch
        {
            await machine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>From now on this one is told what happens.</summary>
    internal void Tell(IMachineListener? listener) => _listener = listener;

    /// <summary>Holds the processors.</summary>
    internal Task HoldAsync(CancellationToken cancellationToken)
        => _monitor!.ExecuteAsync("stop", null, cancellationToken);

    /// <summary>Lets the processors go on.</summary>
    internal Task ContinueAsync(CancellationToken cancellationToken)
        => _monitor!.ExecuteAsync("cont", null, cancellationToken);

    /// <summary>Resets the board, and waits until that is done.</summary>
    /// <exception cref="QmpException">It does not happen.</exception>
    internal async Task ResetAsync(CancellationToken cancellationToken)
    {
        // A reset is what firmware must not do by itself: for ours it is allowed.
        await OnRebootAsync("reset", cancellationToken).ConfigureAwait(false);
        TaskCompletionSource reset = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _reset = reset;
        _ = await _monitor!.ExecuteAsync("system_reset", null, cancellationToken).ConfigureAwait(false);
        try
        {
            await reset.Task.WaitAsync(_timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new QmpException($"QEMU was told to reset the board, and did not within {_timeout}.", error);
        }

        await OnRebootAsync("shutdown", cancellationToken).ConfigureAwait(false);
    }

    private async Task OnRebootAsync(string action, CancellationToken cancellationToken)
        => _ = await _monitor!.ExecuteAsync(
            "set-action", writer => writer.WriteString("reboot", action), cancellationToken).ConfigureAwait(false);

    /// <summary>Turns processors on and off, which they are from the next reset on.</summary>
    internal async Task SwitchPowerAsync(QemuBoard board, CancellationToken cancellationToken)
    {
        foreach ((string path, bool isOff) in board.PowerOn.Select(path => (path, false))
            .Concat(board.PowerOff.Select(path => (path, true))))
        {
            _ = await _monitor!.ExecuteAsync("qom-set", writer =>
            {
                writer.WriteString("path", path);
                writer.WriteString("property", "start-powered-off");
                writer.WriteBoolean("value", isOff);
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes sure that the memory is the board's: QEMU ignores memory for machines that have no place for
    /// it.</summary>
    /// <exception cref="RemoteProcessorException">It is not.</exception>
    internal async Task CheckMemoryAsync(QemuBoard board, CancellationToken cancellationToken)
    {
        string tree = await _monitor!.ExecuteHumanAsync("info mtree -f", cancellationToken).ConfigureAwait(false);
        string start = board.Ram.Address.Value.ToString("x16", CultureInfo.InvariantCulture);
        bool isMapped = tree.Split('\n').Any(line => line.Contains(start + "-", StringComparison.Ordinal)
            && line.TrimEnd().EndsWith(" " + QemuCommandLine.RamId, StringComparison.Ordinal));
        if (!isMapped)
        {
            throw new RemoteProcessorException(
                $"The machine of board '{board.Name}' does not use the memory that is shared with it at "
                    + $"{board.Ram}: QEMU ignores memory-backend for machines without a main memory, and the address "
                    + "must be that memory's. Check qemu.arguments and qemu.ram of its board.json.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener = null;
        if (_monitor is not null)
        {
            await _monitor.DisposeAsync().ConfigureAwait(false);
        }

        if (_child is not null)
        {
            await _child.DisposeAsync().ConfigureAwait(false);
            await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _uart?.Dispose();
        _bootRom?.Dispose();
    }

    void IUartListener.UartRang() => _listener?.Rang();

    void IUartListener.UartPanicked() => _listener?.Panicked();

    void IUartListener.UartIsSilent(bool hasUnread)
    {
        // An emulated UART that begins to listen does not tell the emulator's loop; anything that makes the loop turn
        // does.
        if (hasUnread && _monitor is { } monitor)
        {
            _ = NudgeAsync(monitor);
        }
    }

    void IUartListener.UartEnded(string why)
    {
        // That the process ended says it better, and comes too.
    }

    private static async Task NudgeAsync(QmpClient monitor)
        => await ((Task)monitor.ExecuteAsync("query-status", null, CancellationToken.None))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [SuppressMessage("Reliability", "CA2000", Justification = "The monitor owns the stream from its connection on.")]
    private async Task SpawnAsync(
        QemuProcessorOptions options,
        QemuMemory memory,
        DeviceAddress entryPoint,
        CancellationToken cancellationToken)
    {
        List<SafeHandle> handles = [memory.Shared.Handle];
        List<SafeHandle> theirs = [];
        NetworkStream? stream = null;
        try
        {
            int monitor = Connect("a board's monitor", handles, theirs, out SafeFileHandle ours);
            stream = ToStream(ours);
            List<int> uarts = ConnectUarts(options, handles, theirs);
            QemuBoard board = options.EffectiveBoard;
            string? rom = null;
            if (board.BootRom is not null)
            {
                _bootRom = BootCode.Create(board, isRebased: options.Image is not null);
                rom = $"/proc/self/fd/{Add(handles, _bootRom.Handle)}";
            }

            List<string> machine = QemuCommandLine.Of(
                board, ChildProcessOptions.FirstHandleDescriptor, uarts, monitor, entryPoint, rom);
            _child = await QemuSpawner.StartAsync(Describe(
                QemuProgram.Find(options.Program ?? board.Program), [.. machine, .. options.Arguments], handles))
                .ConfigureAwait(false);
            _watch = WatchAsync(_child);
            _uart?.Start();
            NetworkStream connection = stream;
            stream = null;
            theirs.ForEach(handle => handle.Dispose());
            _monitor = await QmpClient.ConnectAsync(connection, Happened, _timeout, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            theirs.ForEach(handle => handle.Dispose());
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private ChildProcessOptions Describe(string program, List<string> arguments, List<SafeHandle> handles)
    {
        string host = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new ChildProcessOptions
        {
            Path = QemuProgram.Find("setpriv"),
            Arguments = ["--pdeathsig", "KILL", "/bin/sh", "-c", Guard, host, program, .. arguments],
            Handles = handles,
            StandardOutput = ChildOutputMode.Lines,
            StandardError = ChildOutputMode.Lines,
            OnLine = KeepLine,
        };
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns the socket, which owns the handle.")]
    private static NetworkStream ToStream(SafeFileHandle socket)
    {
        SafeSocketHandle handle = new(socket.DangerousGetHandle(), ownsHandle: true);
        socket.SetHandleAsInvalid();
        return new NetworkStream(new Socket(handle), ownsSocket: true);
    }

    private static int Connect(
        string purpose, List<SafeHandle> handles, List<SafeHandle> theirs, out SafeFileHandle ours)
    {
        (ours, SafeFileHandle other) = Interop.SocketPair(purpose);
        theirs.Add(other);
        return Add(handles, other);
    }

    /// <summary>Adds a handle for QEMU.</summary>
    /// <returns>The number under which it finds it.</returns>
    private static int Add(List<SafeHandle> handles, SafeHandle handle)
    {
        handles.Add(handle);
        return ChildProcessOptions.FirstHandleDescriptor + handles.Count - 1;
    }

    private List<int> ConnectUarts(QemuProcessorOptions options, List<SafeHandle> handles, List<SafeHandle> theirs)
    {
        int first;
        if (options.FirstUart is { } cable)
        {
            first = Add(handles, cable.Socket);
        }
        else
        {
            first = Connect("a board's UART", handles, theirs, out SafeFileHandle ours);
            _uart = new UartSocket(ours, this);
        }

        return [first, options.SecondUart is { } second ? Add(handles, second.Socket) : -1];
    }

    private void KeepLine(ChildOutputLine line)
    {
        lock (_lock)
        {
            if (_output.Count == MaxKeptLines)
            {
                _ = _output.Dequeue();
            }

            _output.Enqueue(line.Text);
        }

        Log.QemuSaid(_logger, _name, line.Text);
    }

    private void Happened(QmpEvent happening)
    {
        if (happening.Name == "RESET")
        {
            _ = _reset?.TrySetResult();
        }

        _listener?.Happened(happening);
    }

    private async Task WatchAsync(ChildProcess child)
    {
        ChildExit? exit = null;
        try
        {
            exit = await child.Exited.ConfigureAwait(false);
        }
        catch (IOException error)
        {
            Log.QemuNotWatched(_logger, _name, error);
        }

        // Its last lines say why; a pipe that it handed on does not hold us.
        await child.OutputEnded.WaitAsync(LastLinesTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        IReadOnlyList<string> output;
        lock (_lock)
        {
            output = [.. _output];
        }

        _listener?.Ended(new QemuEnd(exit, output));
    }

    /// <summary>What a QEMU that did not come up said, for a message.</summary>
    private async Task<string> EndWordsAsync()
    {
        if (_child is null)
        {
            return "";
        }

        _ = _child.Signal(SigKill);
        await _watch.WaitAsync(LastLinesTime + LastLinesTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            return _output.Count == 0 ? "" : " It said: " + string.Join(" / ", _output);
        }
    }
}
