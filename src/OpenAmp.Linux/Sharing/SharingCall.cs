// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>Asks another program for one thing, over a connection of its own: closing it takes the request back.
/// </summary>
internal static class SharingCall
{
    /// <summary>Asks, and waits until it is done.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="receive">Takes every packet before the last; the packet is its own only until it returns.</param>
    /// <param name="cancellationToken">Takes the request back.</param>
    /// <returns>How it was done.</returns>
    /// <exception cref="SharingException">The other program refused, or went away.</exception>
    internal static async ValueTask<SharedDone> RunAsync(
        string path,
        SharingRequest request,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? receive,
        CancellationToken cancellationToken)
    {
        using SharingConnection connection = await SharingConnection.ConnectAsync(path, cancellationToken)
            .ConfigureAwait(false);
        _ = await connection.TrySendAsync(request.ToBytes(), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            ReadOnlyMemory<byte> packet = await ReceiveAsync(connection, request, cancellationToken)
                .ConfigureAwait(false);
            if (IsJson(packet.Span) && SharingPacket.Parse(packet.Span) is var answer and not { Line: not null })
            {
                return answer.Error is { } error ? throw error.ToException()
                    : answer.Done ?? throw Unexpected(request);
            }

            if (receive is null)
            {
                throw Unexpected(request);
            }

            await receive(packet, cancellationToken).ConfigureAwait(false);
        }
    }

    internal static bool IsJson(ReadOnlySpan<byte> packet) => packet is [(byte)'{', ..];

    private static async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(
        SharingConnection connection,
        SharingRequest request,
        CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> packet = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            return !packet.IsEmpty ? packet
                : throw new SharingException($"The program that shares this went away before \"{request.Do}\" was "
                    + "done. Look whether it still runs.");
        }
        catch (InvalidDataException error)
        {
            throw new SharingException($"The program sent what no correct program does: {error.Message}.", error);
        }
    }

    private static SharingException Unexpected(SharingRequest request)
        => new($"The program that shares this answered \"{request.Do}\" with something else.");
}
