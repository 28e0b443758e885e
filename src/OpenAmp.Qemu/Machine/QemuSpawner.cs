// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.Qemu;

/// <summary>The thread that starts every QEMU of this process, and lives as long as the process does.</summary>
/// <remarks>The kernel kills a child that asked for it (PR_SET_PDEATHSIG) when the thread that started it ends, not
/// when the process does. A thread of the pool ends some time after it has nothing to do.</remarks>
internal static class QemuSpawner
{
    private const int StackBytes = 256 * 1024;

    private static readonly BlockingCollection<Action> Work = [];
    private static readonly Lazy<Thread> Spawner = new(() =>
    {
        Thread thread = new(Run, StackBytes) { IsBackground = true, Name = "OpenAMP QEMU" };
        thread.UnsafeStart();
        return thread;
    });

    /// <summary>Starts a child on that thread.</summary>
    /// <exception cref="System.IO.IOException">The system refused.</exception>
    internal static Task<ChildProcess> StartAsync(ChildProcessOptions options)
    {
        _ = Spawner.Value;
        TaskCompletionSource<ChildProcess> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(ChildProcess.Start(options));
            }
#pragma warning disable CA1031 // Whatever it is, the caller is told; the thread goes on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    private static void Run()
    {
        foreach (Action work in Work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
