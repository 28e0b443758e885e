// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>What there is on a link of another program.</summary>
internal static class ServicesOfOthers
{
    /// <summary>What there is now, and each time it changes, until the link ends.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="link">The link.</param>
    /// <param name="onEnd">Told why the link ended.</param>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    internal static async IAsyncEnumerable<SharedServices> WatchAsync(
        string path,
        int link,
        Action<RpmsgCloseReason> onEnd,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SharingConnection? connection = await TryConnectAsync(path, link, cancellationToken)
            .ConfigureAwait(false);
        while (connection is not null)
        {
            SharingPacket? answer = await TryReceiveAsync(connection, cancellationToken).ConfigureAwait(false);
            if (answer?.Services is not { } services)
            {
                onEnd(answer?.Error?.Reason ?? RpmsgCloseReason.PeerGone);
                yield break;
            }

            yield return services;
        }

        onEnd(RpmsgCloseReason.PeerGone);
    }

    /// <summary>What there is now.</summary>
    /// <exception cref="SharingException">The program refused, or is gone.</exception>
    /// <exception cref="RpmsgClosedException">The link has ended.</exception>
    internal static async ValueTask<SharedServices> ReadAsync(
        string path,
        int link,
        CancellationToken cancellationToken)
    {
        using SharingConnection connection = await SharingConnection.ConnectAsync(path, cancellationToken)
            .ConfigureAwait(false);
        _ = await connection.TrySendAsync(RequestFor(link), cancellationToken).ConfigureAwait(false);
        SharingPacket answer = await TryReceiveAsync(connection, cancellationToken).ConfigureAwait(false)
            ?? throw new SharingException($"The program at \"{path}\" went away.");
        return answer.Error is { } error ? throw error.ToException()
            : answer.Services ?? throw new SharingException("The program sent something else than its services.");
    }

    private static byte[] RequestFor(int link)
        => (SharingRequest.For(SharingVerb.Services) with { Link = link }).ToBytes();

    private static async ValueTask<SharingConnection?> TryConnectAsync(
        string path,
        int link,
        CancellationToken cancellationToken)
    {
        try
        {
            SharingConnection connection = await SharingConnection.ConnectAsync(path, cancellationToken)
                .ConfigureAwait(false);
            _ = await connection.TrySendAsync(RequestFor(link), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (SharingException)
        {
            return null;
        }
    }

    private static async ValueTask<SharingPacket?> TryReceiveAsync(
        SharingConnection connection,
        CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> packet = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            return packet.IsEmpty ? null : SharingPacket.Parse(packet.Span);
        }
        catch (System.IO.InvalidDataException)
        {
            return null;
        }
    }
}
