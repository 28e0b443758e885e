// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Tells everyone who watches of each state change, in order.</summary>
internal sealed class StateFeed
{
    // A watcher that sleeps through so many changes misses the oldest.
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly List<Channel<RemoteProcessorStateChange>> _watchers = [];
    private bool _isComplete;

    public void Publish(RemoteProcessorStateChange change)
    {
        lock (_lock)
        {
            foreach (Channel<RemoteProcessorStateChange> watcher in _watchers)
            {
                watcher.Writer.TryWrite(change);
            }
        }
    }

    /// <summary>Ends every watch, after what was published.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            foreach (Channel<RemoteProcessorStateChange> watcher in _watchers)
            {
                watcher.Writer.TryComplete();
            }
        }
    }

    /// <summary>Begins to watch now, and not when the first change is asked for.</summary>
    public IAsyncEnumerable<RemoteProcessorStateChange> Watch(CancellationToken cancellationToken)
    {
        var watcher = Channel.CreateBounded<RemoteProcessorStateChange>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _watchers.Add(watcher);
            if (_isComplete)
            {
                watcher.Writer.TryComplete();
            }
        }

        // Who never looks, but ends its token, is forgotten too.
        CancellationTokenRegistration forgetting = cancellationToken.UnsafeRegister(
            static state => ((Action)state!)(), () => Forget(watcher));
        return ReadAsync(watcher, forgetting, cancellationToken);
    }

    private void Forget(Channel<RemoteProcessorStateChange> watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }

    private async IAsyncEnumerable<RemoteProcessorStateChange> ReadAsync(
        Channel<RemoteProcessorStateChange> watcher,
        CancellationTokenRegistration forgetting,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (RemoteProcessorStateChange change in watcher.Reader.ReadAllAsync(cancellationToken)
                .ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            await forgetting.DisposeAsync().ConfigureAwait(false);
            Forget(watcher);
        }
    }
}
