// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Opens a processor that another program of this user shares: it is used as any other.</summary>
public static class SharedProcessor
{
    /// <summary>Opens a processor.</summary>
    /// <param name="selector">Its name, NAME@PROCESS, the program's process id, or the path of its socket.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The processor. Disposing it lets go of it, and leaves it as it is.</returns>
    /// <inheritdoc cref="OpenAsync(SharedProcessorOptions, CancellationToken)"/>
    public static ValueTask<RemoteProcessor> OpenAsync(string selector, CancellationToken cancellationToken)
        => OpenAsync(new SharedProcessorOptions { Selector = selector }, cancellationToken);

    /// <summary>Opens a processor.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The processor. Disposing it lets go of it, and leaves it as it is. Its memory cannot be reached, and
    /// its virtio devices are the other program's. When that program ends, a processor that ran counts as crashed, and
    /// its links and endpoints end with <see cref="Rpmsg.RpmsgCloseReason.PeerGone"/>.</returns>
    /// <exception cref="SharingException">No program shares it, or that program refused.</exception>
    /// <exception cref="System.IO.IOException">The directory is not this user's alone.</exception>
    /// <exception cref="TimeoutException">The program did not answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<RemoteProcessor> OpenAsync(
        SharedProcessorOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        string path = SharedSockets.Find(SharingKind.Processor, options.Selector, options.Directory);
        SharingWatch watch = await SharingWatch.OpenAsync(path, options.ConnectTimeout, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return watch.First.State is null
                ? throw new SharingException($"\"{path}\" is a link without a processor: open it as a SharedLink.")
                : ProcessorOfOthers.Start(watch, options);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }
}
