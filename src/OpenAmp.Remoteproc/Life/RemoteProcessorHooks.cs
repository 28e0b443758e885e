// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>What a program wants done at the turns of a processor's life: Linux's subdevices.</summary>
/// <remarks>Called one at a time, in the order in which they are written here, while the operation they belong to is
/// under way: they may use the processor's links, but calling an operation of the same processor throws. Each has the
/// operation's deadline. A hook that throws makes a start fail; in the other cases it is logged, and the operation goes
/// on.</remarks>
public abstract class RemoteProcessorHooks
{
    /// <summary>Memory is loaded, and the processor is about to start.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when it may start.</returns>
    public virtual ValueTask PrepareAsync(RemoteProcessor processor, CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    /// <summary>The processor runs and its virtio devices are up.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when the start is done.</returns>
    public virtual ValueTask StartedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    /// <summary>The processor is about to be stopped; its links are still up.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when it may be stopped.</returns>
    public virtual ValueTask StoppingAsync(RemoteProcessor processor, CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    /// <summary>The processor has stopped.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when that was noted.</returns>
    public virtual ValueTask StoppedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
        => ValueTask.CompletedTask;

    /// <summary>The processor crashed; its memory is as it left it, and nothing was done about it yet.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="crash">What is known.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Completes when it may be dumped and recovered.</returns>
    public virtual ValueTask CrashedAsync(
        RemoteProcessor processor,
        RemoteCrash crash,
        CancellationToken cancellationToken)
        => ValueTask.CompletedTask;
}
