// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Opens a link that another program of this user shares without a processor: endpoints are used as on any
/// other link.</summary>
public static class SharedLink
{
    /// <summary>Opens a link.</summary>
    /// <param name="selector">Its name, NAME@PROCESS, the program's process id, or the path of its socket.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The link. Disposing it destroys the endpoints that were made here, and leaves the other program's link
    /// as it is.</returns>
    /// <inheritdoc cref="OpenAsync(SharedProcessorOptions, CancellationToken)"/>
    public static ValueTask<RpmsgLink> OpenAsync(string selector, CancellationToken cancellationToken)
        => OpenAsync(new SharedProcessorOptions { Selector = selector }, cancellationToken);

    /// <summary>Opens a link.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The link; it ends with the other program's, or with that program.</returns>
    /// <exception cref="SharingException">No program shares it, that program refused, or its link has ended.
    /// </exception>
    /// <exception cref="System.IO.IOException">The directory is not this user's alone.</exception>
    /// <exception cref="TimeoutException">The program did not answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The link owns its carrier.")]
    public static async ValueTask<RpmsgLink> OpenAsync(
        SharedProcessorOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        string path = SharedSockets.Find(SharingKind.Link, options.Selector, options.Directory);
        SharingWatch watch = await SharingWatch.OpenAsync(path, options.ConnectTimeout, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            SharedState state = watch.First;
            if (state.State is not null)
            {
                throw new SharingException($"\"{path}\" is a processor: open it as a SharedProcessor, it has links.");
            }

            SharedLinkState told = state.Links is [SharedLinkState only] ? only
                : throw new SharingException(
                    $"The link '{state.Name}' of {state.Program} ({state.Process}) has ended.");
            return Start(new LinkCarrier(path, $"{state.Program} ({state.Process})", told, watch), told.Name, options);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private static RpmsgLink Start(LinkCarrier carrier, string name, SharedProcessorOptions options)
    {
        var link = RpmsgLink.Create(carrier, options.Link with { Name = name });
        link.Start();
        return link;
    }
}
