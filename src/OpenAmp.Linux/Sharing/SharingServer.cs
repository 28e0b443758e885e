// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>Listens for other programs of this user, and serves each connection until its end.</summary>
/// <remarks>Whatever another program sends, leaves out or never reads costs at most its own connection: packets,
/// connections, queues and waits are bounded.</remarks>
internal sealed class SharingServer : IAsyncDisposable
{
    private const int Backlog = 16;
    private const int MostOfOneName = 1000;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly SharingOptions _options;
    private readonly ISharingService _service;
    private readonly Socket _listener;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _serving = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    private SharingServer(
        string path,
        Socket listener,
        SharingOptions options,
        SharingCounters counters,
        ISharingService service)
    {
        SocketPath = path;
        _listener = listener;
        _options = options;
        Counters = counters;
        _service = service;

        // Not in the caller's context: what a hook may not do, nor its culture, is not what others ask for.
        using (ExecutionContext.SuppressFlow())
        {
            _accepting = Task.Run(AcceptAllAsync);
        }
    }

    internal string SocketPath { get; }

    internal SharingCounters Counters { get; }

    /// <summary>Listens under a name.</summary>
    /// <exception cref="IOException">The directory is not safe, or the system refused.</exception>
    internal static SharingServer Start(
        string name,
        SharingKind kind,
        SharingOptions options,
        SharingCounters counters,
        ISharingService service)
    {
        string directory = options.DirectoryOrDefault;
        SharingDirectory.Claim(directory);
        for (int number = 1; ; number++)
        {
            string path = Path.Combine(
                directory, new SharingName(name, Environment.ProcessId, number, kind).ToString());
            if (TryListen(path, out Socket? listener))
            {
                return new SharingServer(path, listener, options, counters, service);
            }

            if (number == MostOfOneName)
            {
                throw new IOException($"This program shares {number} times under the name '{name}' already. Dispose "
                    + "what is not shared any more.");
            }
        }
    }

    /// <summary>Stops listening, ends every connection, and removes the socket.</summary>
    /// <returns>Completes when nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _ended.Task.ConfigureAwait(false);
            return;
        }

        // While it still listens nobody takes the path, so the file is ours.
        File.Delete(SocketPath);
        await _end.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] serving;
        lock (_lock)
        {
            serving = [.. _serving];
        }

        await Task.WhenAll(serving).ConfigureAwait(false);
        _end.Dispose();
        _ended.TrySetResult();
    }

    private static bool TryListen(string path, [NotNullWhen(true)] out Socket? listener)
    {
        UnixSocket.ThrowIfPathInvalid(path);
        Socket socket = SharingConnection.NewSocket();
        try
        {
            if (Path.Exists(path))
            {
                // Left there by an earlier process of this number; ours, of which this one is not the first, listen.
                SocketListener.ThrowIfTaken(path);
                File.Delete(path);
            }

            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(Backlog);
            listener = socket;
            return true;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            listener = null;
            return error.SocketErrorCode == SocketError.AddressAlreadyInUse ? false
                : throw new IOException($"Nothing can be shared at \"{path}\": {error.Message}. Share elsewhere "
                    + "(SharingOptions.Directory).", error);
        }
        catch (IOException)
        {
            socket.Dispose();
            listener = null;
            return false;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The task that serves a connection disposes it.")]
    private async Task AcceptAllAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(_end.Token).ConfigureAwait(false);
                Begin(new SharingConnection(socket));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                // The other program gave up, or there are too many open files: others may be luckier later.
                Counters.NoDescriptor();
                Log.SharingAcceptFailed(_options.Logger, SocketPath, error.Message);
                await Task.Delay(PauseAfterFailure).ConfigureAwait(false);
            }
        }
    }

    private void Begin(SharingConnection connection)
    {
        Task serving = Task.Run(() => ServeAsync(connection));
        lock (_lock)
        {
            _serving.Add(serving);
        }

        _ = serving.ContinueWith(Forget, TaskScheduler.Default);
    }

    private void Forget(Task serving)
    {
        lock (_lock)
        {
            _serving.Remove(serving);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails is told who asked; it never ends the "
        + "program.")]
    private async Task ServeAsync(SharingConnection connection)
    {
        using (connection)
        {
            bool fits = Counters.TryEnter(_options.MaxConnections);
            try
            {
                SharedError? error = fits ? FindStranger(connection)
                    : SharedError.Refused($"There are {_options.MaxConnections} connections to this program already "
                        + "(SharingOptions.MaxConnections). Close some.");
                error ??= await ServeAsync(connection, _end.Token).ConfigureAwait(false);
                if (error is not null)
                {
                    Log.SharingRefused(_options.Logger, SocketPath, error.Message);
                    _ = await connection.TrySendAsync(
                        new SharingPacket { Error = error }.ToBytes(), _options.PatienceTimeout).ConfigureAwait(false);
                }
            }
            catch (Exception failure)
            {
                Log.SharingFailed(_options.Logger, SocketPath, failure);
            }
            finally
            {
                Counters.Leave();
            }
        }
    }

    private SharedError? FindStranger(SharingConnection connection)
    {
        uint user = connection.PeerUser;
        if (user == Interop.geteuid())
        {
            return null;
        }

        Counters.Foreign();
        return SharedError.Refused($"This program shares with processes of user {Interop.geteuid()} only, not of "
            + $"{user}.");
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is told who asked.")]
    private async Task<SharedError?> ServeAsync(SharingConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> packet;
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                patience.CancelAfter(_options.PatienceTimeout);
                packet = await connection.ReceiveAsync(patience.Token).ConfigureAwait(false);
            }

            if (packet.IsEmpty)
            {
                return null; // It only looked whether somebody is here.
            }

            if (!SharingRequest.TryParse(packet.Span, out SharingRequest request, out string fault))
            {
                throw new InvalidDataException(fault);
            }

            await _service.ServeAsync(connection, request, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (InvalidDataException error)
        {
            Counters.Malformed();
            return SharedError.Refused($"That was no correct packet: {error.Message}.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return SharedError.Refused("This program stops sharing.");
        }
        catch (OperationCanceledException)
        {
            Counters.TimedOut();
            return SharedError.Refused($"Nothing was said, or taken, for {_options.PatienceTimeout.TotalSeconds} s.");
        }
        catch (Exception error)
        {
            return SharedError.From(error);
        }
    }
}
