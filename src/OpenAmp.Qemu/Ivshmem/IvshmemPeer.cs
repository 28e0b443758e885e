// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Another client of the same server: a machine or a process.</summary>
/// <remarks>Known from its first vector on; more may come. An id is given anew after its peer left, and then it is
/// another object of this type.</remarks>
public sealed class IvshmemPeer
{
    private readonly Lock _lock = new();
    private readonly List<EventFd> _vectors = [];
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal IvshmemPeer(int id) => Id = id;

    /// <summary>Its id, from 0 to 65535.</summary>
    public int Id { get; }

    /// <summary>How many of its vectors can be rung by now.</summary>
    public int VectorCount
    {
        get
        {
            lock (_lock)
            {
                return _vectors.Count;
            }
        }
    }

    /// <summary>Completes when it has left, or when the connection with the server has ended, after which nobody would
    /// tell. Never fails.</summary>
    public Task Left => _left.Task;

    /// <summary>Rings the peer. Does not block and allocates nothing.</summary>
    /// <param name="vector">Which of its vectors.</param>
    /// <returns><see langword="false"/> when it has left, or has no such vector.</returns>
    /// <exception cref="IOException">The system refused.</exception>
    public bool TryRing(int vector)
    {
        lock (_lock)
        {
            if ((uint)vector >= (uint)_vectors.Count)
            {
                return false;
            }

            _vectors[vector].Signal();
            return true;
        }
    }

    /// <summary>Takes over a vector.</summary>
    /// <returns><see langword="false"/> when it has too many or has left: then the vector is disposed.</returns>
    internal bool TryAdd(EventFd vector, int maxCount)
    {
        lock (_lock)
        {
            if (_vectors.Count < maxCount && !_left.Task.IsCompleted)
            {
                _vectors.Add(vector);
                return true;
            }
        }

        vector.Dispose();
        return false;
    }

    /// <summary>A second owner of a vector; <see langword="null"/> when there is none.</summary>
    internal EventFd? Duplicate(int vector)
    {
        lock (_lock)
        {
            return (uint)vector < (uint)_vectors.Count ? _vectors[vector].Duplicate() : null;
        }
    }

    /// <summary>The peer has left.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _vectors.ForEach(static vector => vector.Dispose());
            _vectors.Clear();
        }

        _ = _left.TrySetResult();
    }
}
