// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;

namespace OpenAmp.UserModeLinux;

/// <summary>A running Linux kernel in a process of its own (User-Mode Linux), with a shell that takes
/// commands.</summary>
/// <remarks>
/// <para>It needs no root, no virtual machine and no network, and about half a second to start. Kernel log and output
/// of commands come on separate channels. When this process dies, the guest ends by itself.</para>
/// <para>Any thread may call any member. Nothing waits for ever: each call has the deadline of the options beside its
/// token. Disposing kills the guest and leaves no process and no file behind.</para>
/// </remarks>
public sealed partial class LinuxGuest : IAsyncDisposable
{
    private static readonly TimeSpan LastLinesTime = TimeSpan.FromSeconds(1);

    private const string PanicText = "Kernel panic - not syncing";

    private readonly LinuxGuestOptions _options;
    private readonly GuestRoot _root;
    private readonly GuestLog _log;
    private readonly GuestConsole _shell;
    private readonly GuestConsole _control;
    private readonly GuestConsole _kernel;
    private readonly ChildProcess _process;
    private readonly Task<int> _completion;
    private int _isDisposed;

    private LinuxGuest(LinuxGuestOptions options, GuestRoot root)
    {
        _options = options;
        _root = root;
        _log = new GuestLog();
        _shell = new GuestConsole("a guest's shell", TakeLine);
        _control = new GuestConsole("a guest's control shell", _ => _controlReady.TrySetResult());
        _kernel = new GuestConsole("a guest's kernel log", TakeLogLine);
        try
        {
            _process = StartProcess(options, root, [_shell, _control, _kernel], line => TakeLogLine(line.Text));
        }
        catch
        {
            DisposeConsoles();
            throw;
        }

        _completion = WatchAsync();
    }

    /// <summary>The process that runs the kernel.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What the kernel logged, oldest first, each line with its time stamp; at most the last 100,000 lines.
    /// After a command it holds all that was logged before the command's end. Allocates a copy.</summary>
    public IReadOnlyList<string> KernelLog => _log.Snapshot();

    /// <summary>How many lines the kernel has logged: where a later wait may begin.</summary>
    public long LogPosition => _log.Position;

    /// <summary>Done when the guest has ended, with the exit code of its process: 0 after a shutdown, 134 after a
    /// panic, 128 and the number of the signal that killed it.</summary>
    public Task<int> Completion => _completion;

    /// <summary>Starts a guest.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="cancellationToken">Ends the start; nothing is left then.</param>
    /// <returns>The guest, whose shell answers; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The options are impossible.</exception>
    /// <exception cref="LinuxGuestException">The kernel ended before the shell answered; it has the kernel's last
    /// lines.</exception>
    /// <exception cref="TimeoutException">The shell did not answer within the options' start time.</exception>
    /// <exception cref="IOException">The system refused a directory or a process.</exception>
    public static async Task<LinuxGuest> StartAsync(LinuxGuestOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        GuestRoot root = GuestRoot.Create(options);
        LinuxGuest guest;
        try
        {
            guest = new LinuxGuest(options, root);
        }
        catch
        {
            root.Dispose();
            throw;
        }

        try
        {
            await guest.WaitReadyAsync(cancellationToken).ConfigureAwait(false);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for a line of the kernel log.</summary>
    /// <param name="text">What the line contains, compared by ordinals.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first such line of all that came or will come.</returns>
    /// <exception cref="TimeoutException">None came within the options' command time.</exception>
    /// <exception cref="LinuxGuestException">The guest ended without it.</exception>
    public Task<string> WaitForLogAsync(string text, CancellationToken cancellationToken)
        => WaitForLogAsync(text, from: 0, cancellationToken);

    /// <summary>Waits for a line of the kernel log that comes after a moment.</summary>
    /// <param name="text">What the line contains, compared by ordinals.</param>
    /// <param name="from">A <see cref="LogPosition"/> that was read earlier; lines before it do not count.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first such line.</returns>
    /// <exception cref="TimeoutException">None came within the options' command time.</exception>
    /// <exception cref="LinuxGuestException">The guest ended without it.</exception>
    public Task<string> WaitForLogAsync(string text, long from, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _log.WaitAsync(text, from, _options.CommandTime, cancellationToken);
    }

    /// <summary>Shuts the guest down and waits until its process has ended. Does nothing when it has.</summary>
    /// <param name="cancellationToken">Ends the wait; the guest may still go down.</param>
    /// <exception cref="TimeoutException">It did not end within the options' command time: dispose it, which
    /// kills.</exception>
    /// <exception cref="LinuxGuestException">The kernel panicked on the way.</exception>
    public async Task ShutdownAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (!_completion.IsCompleted)
        {
            await _control.SendAsync("off", cancellationToken).ConfigureAwait(false);
            await _completion.WaitAsync(_options.CommandTime, cancellationToken).ConfigureAwait(false);
            if (IsPanicked)
            {
                throw Ended("while it was shut down");
            }
        }
    }

    /// <summary>Kills the guest if it runs, and removes all there was of it.</summary>
    /// <exception cref="TimeoutException">Its process did not end within 10 s of SIGKILL.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        try
        {
            await _process.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            DisposeConsoles();
            _root.Dispose();
        }
    }

    private void DisposeConsoles()
    {
        _shell.Dispose();
        _control.Dispose();
        _kernel.Dispose();
    }

    private bool IsPanicked => _log.Last().Any(line => line.Contains(PanicText, StringComparison.Ordinal));

    private static ChildProcess StartProcess(LinuxGuestOptions options, GuestRoot root, GuestConsole[] consoles,
        Action<ChildOutputLine> onLine)
    {
        const int First = ChildProcessOptions.FirstHandleDescriptor;
        string[] arguments =
        [
            string.Create(CultureInfo.InvariantCulture, $"mem={options.MemoryBytes >> 20}M"),
            "root=/dev/root", "rootfstype=hostfs", $"rootflags={root.Path}", "rw", "init=/init",
            $"con0=fd:{First}", $"con1=fd:{First + 1}", $"con2=fd:{First + 2}", "con=null", "console=tty2",
            "loglevel=8", "printk.devkmsg=on",
            .. options.Devices.Select(device => string.Create(CultureInfo.InvariantCulture,
                $"virtio_uml.device={Path.GetFullPath(device.SocketPath)}:{device.VirtioId}")),
            .. options.KernelArguments,
        ];
        ChildProcessOptions child = new()
        {
            Path = options.Image.KernelPath,
            Arguments = arguments,
            Handles = [.. consoles.Select(console => console.TheirEnd)],
            StandardOutput = ChildOutputMode.Lines,
            StandardError = ChildOutputMode.Lines,
            OnLine = onLine,
        };

        try
        {
            return StartUnrandomized(child, options.Logger);
        }
        finally
        {
            foreach (GuestConsole console in consoles)
            {
                console.TheirEnd.Dispose();
            }
        }
    }

    /// <summary>Starts the kernel without a random layout of its addresses: with one it would add the gap that
    /// randomization leaves to its memory, hundreds of MiB.</summary>
    private static ChildProcess StartUnrandomized(ChildProcessOptions child, ILogger logger)
    {
        // The child inherits it from this thread, which starts it in the same call.
        int before = Interop.personality(Interop.PersonalityUnchanged);
        if (before < 0 || Interop.personality((nuint)before | Interop.ADDR_NO_RANDOMIZE) < 0)
        {
            Log.StillRandom(logger, Marshal.GetLastPInvokeError());
            return ChildProcess.Start(child);
        }

        try
        {
            return ChildProcess.Start(child);
        }
        finally
        {
            _ = Interop.personality((nuint)before);
        }
    }

    private async Task WaitReadyAsync(CancellationToken cancellationToken)
    {
        Log.Started(_options.Logger, ProcessId);
        try
        {
            // Both: the kernel does not notice what was sent to a terminal before somebody had opened it.
            await Task.WhenAll(_ready.Task, _controlReady.Task).WaitAsync(_options.StartTime, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No shell of the guest answered within {_options.StartTime}. The last of its "
                + $"kernel log:{Environment.NewLine}{string.Join(Environment.NewLine, _log.Last())}");
        }
    }

    /// <summary>Waits for the process's end and tells everybody who waits for the guest.</summary>
    private async Task<int> WatchAsync()
    {
        ChildExit exit = await _process.Exited.ConfigureAwait(false);
        Log.Ended(_options.Logger, ProcessId, exit.ToString());
        Task ended = Task.WhenAll(_process.OutputEnded, _kernel.Ended, _shell.Ended);
        await Task.WhenAny(ended, Task.Delay(LastLinesTime)).ConfigureAwait(false);
        _exit = exit;
        LinuxGuestException end = Ended("");
        _log.End(end);
        EndCommands(end);
        return exit.ExitCode ?? (128 + (exit.Signal ?? 0));
    }

    private LinuxGuestException Ended(string when)
    {
        string? panic = _log.Last().LastOrDefault(line => line.Contains(PanicText, StringComparison.Ordinal));
        string what = panic is not null ? $"The guest's kernel panicked: {panic}."
            : $"The guest's process {_exit?.ToString() ?? "ended"}.";
        return new LinuxGuestException(when.Length == 0 ? what : $"{what} That was {when}.", _log.Last())
        {
            IsPanic = panic is not null,
        };
    }

    private void TakeLogLine(string line)
    {
        if (line.Contains(GuestRoot.EndMark, StringComparison.Ordinal))
        {
            LogReachedEndOf(line);
            return;
        }

        _log.Add(line);
        Log.KernelSaid(_options.Logger, line);
    }
}
