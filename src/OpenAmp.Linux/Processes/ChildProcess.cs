// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A running program that has exactly the descriptors it was given, and whose end is known at once.</summary>
/// <remarks>
/// <para>It lives beside children that System.Diagnostics.Process started: neither takes the other's exit
/// status.</para>
/// <para>One thread waits for all children; it ends with the last. Any thread may call any member. A child that nobody
/// disposes runs on and is reaped when it ends.</para>
/// <para>When this process dies the child is not told: it sees that only by a descriptor that ends then, such as the
/// end of a socket pair among its <see cref="ChildProcessOptions.Handles"/>. The kernel's signal for a parent's death
/// (PR_SET_PDEATHSIG) is set by the child itself, and posix_spawn has no step for it; it would also come when the
/// thread ends that started the child.</para>
/// </remarks>
public sealed class ChildProcess : IAsyncDisposable, IWatchedDescriptor
{
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastLinesTime = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly bool _hasOwnGroup;
    private readonly IReadOnlyList<ChildOutput> _outputs;
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(int id, SafeFileHandle handle, ChildProcessOptions options, IReadOnlyList<ChildOutput> outputs)
    {
        Id = id;
        _handle = handle;
        _path = options.Path;
        _hasOwnGroup = options.HasOwnGroup;
        _outputs = outputs;
        OutputEnded = Task.WhenAll(outputs.Select(static output => output.Ended));
    }

    /// <summary>The process id. It means this child until <see cref="Exited"/> is done, and maybe another process
    /// after.</summary>
    public int Id { get; }

    /// <summary>A descriptor (pidfd) that is readable for poll from the child's end on. Owned by this
    /// object.</summary>
    public SafeHandle ExitHandle => _handle;

    /// <summary>Done when the child has ended and is reaped. Waiting for it costs no thread. Fails, with an
    /// <see cref="IOException"/>, only when the system refuses to watch the child; it is killed then.</summary>
    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Done when all lines were given to <see cref="ChildProcessOptions.OnLine"/>: the streams ended, which
    /// may be after the child's own end when it handed them on. Fails with what OnLine threw.</summary>
    public Task OutputEnded { get; }

    SafeHandle IWatchedDescriptor.Handle => _handle;

    /// <summary>Starts a program. Blocks until the program runs in place of this one's copy: some hundred
    /// microseconds.</summary>
    /// <param name="options">What to start, and with what.</param>
    /// <returns>The child; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The options are impossible.</exception>
    /// <exception cref="IOException">The system refused: the executable is missing, not executable or of another
    /// machine, there are too many files or processes, or the kernel is older than 5.4. Nothing runs then, and nothing
    /// is left.</exception>
    public static ChildProcess Start(ChildProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        ProcessDescriptor.ThrowIfUnsupported();
        using ChildPipes pipes = new(options);
        ChildProcess child = Adopt(ChildSpawn.Start(options, pipes), options, pipes.Outputs);
        pipes.HandOver();
        return child;
    }

    /// <summary>Sends a signal to the child, and never to another process.</summary>
    /// <param name="signal">The number, 1 to 64.</param>
    /// <returns><see langword="false"/> when the child has ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    /// <exception cref="IOException">The system refused, as for a child that runs as another user by now.</exception>
    public bool Signal(int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(signal, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signal, SignalName.Max);
        try
        {
            return !Exited.IsCompleted && ProcessDescriptor.TrySignal(_handle, signal);
        }
        catch (ObjectDisposedException)
        {
            return false; // Disposed in between, so it has ended.
        }
    }

    /// <summary>Asks the child to end (SIGTERM, and SIGCONT so that a stopped one hears it), and kills it when it has
    /// not done so in time.</summary>
    /// <param name="grace">How long to wait before SIGKILL: zero kills at once,
    /// <see cref="Timeout.InfiniteTimeSpan"/> never does.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    /// <returns>How it ended, also when it had ended before.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the child may still run.</exception>
    /// <exception cref="IOException">The system refused a signal.</exception>
    public async Task<ChildExit> StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        DescriptorPoll.ThrowIfInvalid(grace);
        if (grace != TimeSpan.Zero && Signal(SignalName.Terminate))
        {
            _ = Signal(SignalName.Continue);
            try
            {
                return await Exited.WaitAsync(grace, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // It did not listen.
            }
        }

        _ = Signal(SignalName.Kill);
        return await Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills the child if it runs, reaps it and closes all there was of it. The last lines of its output are
    /// given out for up to one second more.</summary>
    /// <exception cref="TimeoutException">It did not end within 10 s of SIGKILL, because it hangs in the kernel. It is
    /// reaped when it ends.</exception>
    public async ValueTask DisposeAsync()
    {
        _ = Signal(SignalName.Kill);

        // A failure is told by Exited.
        await ((Task)Exited).WaitAsync(KillTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndOutputsAsync().ConfigureAwait(false);
        if (!Exited.IsCompleted)
        {
            throw new TimeoutException($"Process {Id} (\"{_path}\") did not end within {KillTime} of SIGKILL: it hangs "
                + "in a call of the kernel. See its state in /proc, and which device or file system it waits for.");
        }

        _handle.Dispose();
    }

    void IWatchedDescriptor.BecameReady()
    {
        try
        {
            _ = _exited.TrySetResult(ProcessDescriptor.Reap(_handle, _hasOwnGroup ? Id : 0));
        }
        catch (IOException error)
        {
            _ = _exited.TrySetException(error);
        }
    }

    void IWatchedDescriptor.WatchFailed(IOException error)
    {
        try
        {
            // A child whose end would not be known must not run.
            _ = ProcessDescriptor.TrySignal(_handle, SignalName.Kill);
            _ = ProcessDescriptor.Reap(_handle, _hasOwnGroup ? Id : 0);
        }
        catch (IOException worse)
        {
            _ = _exited.TrySetException(worse);
        }

        _ = _exited.TrySetException(error);
    }

    /// <summary>Makes a started process a watched child, or ends it.</summary>
    private static ChildProcess Adopt(int id, ChildProcessOptions options, IReadOnlyList<ChildOutput> outputs)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = ProcessDescriptor.Open(id, options.Path);
            ChildProcess child = new(id, handle, options, outputs);
            foreach (ChildOutput output in outputs)
            {
                output.Start();
            }

            // Last: from here on the watcher reaps it.
            DescriptorWatcher.Shared.Watch(child);
            return child;
        }
        catch
        {
            ProcessDescriptor.Abandon(id);
            handle?.Dispose();
            throw;
        }
    }

    private async ValueTask EndOutputsAsync()
    {
        // Who holds a stream open may be a process that the child started, or OnLine waiting for us.
        _ = await Task.WhenAny(OutputEnded, Task.Delay(LastLinesTime)).ConfigureAwait(false);
        foreach (ChildOutput output in _outputs)
        {
            output.Dispose();
        }
    }
}
