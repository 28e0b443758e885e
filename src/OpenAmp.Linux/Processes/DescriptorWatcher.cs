// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace OpenAmp.Linux;

/// <summary>One thread that waits on the descriptors of all child processes.</summary>
/// <remarks>The thread lives while something is watched; after the last one it ends and closes what it had. Any thread
/// may call any member.</remarks>
internal sealed unsafe class DescriptorWatcher
{
    private const int StackBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly List<IWatchedDescriptor> _watched = [];

    // Wakes the thread when the list changed. There is a thread exactly while there is this.
    private EventFd? _changed;

    internal static DescriptorWatcher Shared { get; } = new();

    /// <summary>Watches a descriptor until it is ready once.</summary>
    /// <exception cref="IOException">The system refused; then it is not watched.</exception>
    internal void Watch(IWatchedDescriptor descriptor)
    {
        lock (_lock)
        {
            if (_changed is not null)
            {
                _watched.Add(descriptor);
                _changed.Signal();
                return;
            }

            EventFd changed = new();
            try
            {
                new Thread(() => Run(changed), StackBytes) { IsBackground = true, Name = "OpenAMP children" }
                    .UnsafeStart();
            }
            catch
            {
                changed.Dispose();
                throw;
            }

            // The thread needs the lock before it looks, so it finds both.
            _watched.Add(descriptor);
            _changed = changed;
        }
    }

    /// <summary>Watches no longer. The descriptor may be closed then.</summary>
    /// <returns><see langword="false"/> when it was not watched: never, or no longer because it became ready.</returns>
    internal bool Unwatch(IWatchedDescriptor descriptor)
    {
        lock (_lock)
        {
            bool removed = _watched.Remove(descriptor);
            _changed?.Signal();
            return removed;
        }
    }

    private void Run(EventFd changed)
    {
        PollDescriptor[] poll = [];
        while (TrySnapshot(changed, out IWatchedDescriptor[] batch))
        {
            if (poll.Length <= batch.Length)
            {
                poll = new PollDescriptor[batch.Length + 1];
            }

            try
            {
                WaitForAny(changed, batch, poll);
            }
            catch (IOException error)
            {
                Take(batch, static _ => true).ForEach(descriptor => descriptor.WatchFailed(error));
                continue;
            }

            Take(batch, i => poll[i].Returned != 0).ForEach(descriptor => descriptor.BecameReady());
        }
    }

    /// <summary>What to wait for.</summary>
    /// <returns><see langword="false"/> when there is nothing: the thread ends.</returns>
    private bool TrySnapshot(EventFd changed, out IWatchedDescriptor[] batch)
    {
        lock (_lock)
        {
            batch = [.. _watched];
            if (batch.Length == 0)
            {
                changed.Dispose();
                _changed = null;
            }

            return batch.Length > 0;
        }
    }

    private static void WaitForAny(EventFd changed, IWatchedDescriptor[] batch, PollDescriptor[] poll)
    {
        bool[] held = new bool[batch.Length];
        try
        {
            for (int i = 0; i < batch.Length; i++)
            {
                poll[i] = new() { Descriptor = Hold(batch[i], out held[i]), Events = Interop.POLLIN };
            }

            // Who was closed before it was watched finds that out when told; the others are only looked at then.
            TimeSpan timeout = Array.TrueForAll(held, static isHeld => isHeld)
                ? Timeout.InfiniteTimeSpan
                : TimeSpan.Zero;
            int own = batch.Length;
            poll[own] = new() { Descriptor = (int)changed.Handle.DangerousGetHandle(), Events = Interop.POLLIN };
            fixed (PollDescriptor* descriptors = poll)
            {
                // SAFETY: the array has one more than the batch; each descriptor is held open, or -1, which is skipped.
                _ = DescriptorPoll.Wait(descriptors, own + 1, timeout);
            }
        }
        finally
        {
            Release(batch, held, poll);
        }

        // Only this thread disposes the counter.
        _ = changed.Wait(TimeSpan.Zero);
    }

    /// <summary>Keeps a descriptor open. -1 when its owner has closed it.</summary>
    private static int Hold(IWatchedDescriptor descriptor, out bool held)
    {
        held = false;
        try
        {
            descriptor.Handle.DangerousAddRef(ref held);
            return (int)descriptor.Handle.DangerousGetHandle();
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    private static void Release(IWatchedDescriptor[] batch, bool[] held, PollDescriptor[] poll)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (held[i])
            {
                batch[i].Handle.DangerousRelease();
            }
            else
            {
                poll[i].Returned = Interop.POLLNVAL;
            }
        }
    }

    /// <summary>Takes those out of the list that the filter picks and that are in it still.</summary>
    private List<IWatchedDescriptor> Take(IWatchedDescriptor[] batch, Func<int, bool> isPicked)
    {
        List<IWatchedDescriptor> taken = [];
        lock (_lock)
        {
            for (int i = 0; i < batch.Length; i++)
            {
                if (isPicked(i) && _watched.Remove(batch[i]))
                {
                    taken.Add(batch[i]);
                }
            }
        }

        return taken;
    }
}
