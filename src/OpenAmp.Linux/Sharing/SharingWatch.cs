// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>A connection that tells the state of a processor or a link of another program, now and as it changes.
/// </summary>
internal sealed class SharingWatch : IDisposable
{
    private readonly SharingConnection _connection;

    private SharingWatch(SharingConnection connection, string path, SharedState first)
    {
        _connection = connection;
        SocketPath = path;
        First = first;
    }

    internal string SocketPath { get; }

    /// <summary>The state when it was opened.</summary>
    internal SharedState First { get; }

    /// <summary>Connects, and waits for the first state.</summary>
    /// <exception cref="SharingException">Nobody listens there, or it was refused.</exception>
    /// <exception cref="TimeoutException">No answer came.</exception>
    internal static async ValueTask<SharingWatch> OpenAsync(
        string path,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        SharingConnection? connection = null;
        try
        {
            connection = await SharingConnection.ConnectAsync(path, limit.Token).ConfigureAwait(false);
            _ = await connection.TrySendAsync(SharingRequest.For(SharingVerb.Watch).ToBytes(), limit.Token)
                .ConfigureAwait(false);
            SharedState first = await ReadAsync(connection, limit.Token).ConfigureAwait(false)
                ?? throw new SharingException($"The program at \"{path}\" went away.");
            var watch = new SharingWatch(connection, path, first);
            connection = null;
            return watch;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The program at \"{path}\" did not answer within {timeout}. Is it stopped, in "
                + "a debugger perhaps?", error);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Waits for the next state.</summary>
    /// <returns><see langword="null"/> when the other program is gone.</returns>
    /// <exception cref="Exception">What the other program said it ends with.</exception>
    internal ValueTask<SharedState?> ReadAsync(CancellationToken cancellationToken)
        => ReadAsync(_connection, cancellationToken);

    public void Dispose() => _connection.Dispose();

    private static async ValueTask<SharedState?> ReadAsync(
        SharingConnection connection,
        CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> packet = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (packet.IsEmpty)
            {
                return null;
            }

            SharingPacket answer = SharingPacket.Parse(packet.Span);
            return answer.Error is { } error ? throw error.ToException()
                : answer.State ?? throw new SharingException("The program sent something else than its state.");
        }
        catch (InvalidDataException error)
        {
            throw new SharingException($"The program sent what no correct program does: {error.Message}.", error);
        }
    }
}
