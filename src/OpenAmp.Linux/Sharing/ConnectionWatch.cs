// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>Notices, while something is done for another program, that it has gone. It has nothing more to say.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "Disposed when the watch has ended, after Dispose.")]
internal sealed class ConnectionWatch : IDisposable
{
    private readonly CancellationTokenSource _gone;
    private readonly CancellationTokenSource _end;
    private readonly Task _watching;

    internal ConnectionWatch(SharingConnection connection, CancellationToken cancellationToken)
    {
        _gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _gone.Token;
        _watching = WatchAsync(connection);
    }

    /// <summary>Ends when the other program is gone, or the sharing ends.</summary>
    internal CancellationToken Token { get; }

    /// <summary>Whether the other program is gone, or said what it must not.</summary>
    internal bool IsGone { get; private set; }

    public void Dispose()
    {
        _end.Cancel();
        _ = _watching.ContinueWith(
            _ =>
            {
                _end.Dispose();
                _gone.Dispose();
            },
            TaskScheduler.Default);
    }

    private async Task WatchAsync(SharingConnection connection)
    {
        try
        {
            _ = await connection.ReceiveAsync(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (InvalidDataException)
        {
            // It has nothing to say, however long: it is left.
        }

        IsGone = true;
        await _gone.CancelAsync().ConfigureAwait(false);
    }
}
