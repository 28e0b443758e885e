// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>The socket on which a back end speaks first: calls as messages, and changes of the configuration space. Any
/// thread may send; nobody ever waits.</summary>
/// <remarks>A call that finds the socket full is sent when there is room: nothing is lost, and many are one.</remarks>
internal sealed class VhostUserBackEndSocket(EventFd wake, int queueCount) : IDisposable
{
    private const uint ConfigurationChange = 2;
    private const uint VringCall = 4;
    private const int CallBytes = 8;

    private readonly Lock _gate = new();
    private readonly bool[] _pendingCalls = new bool[queueCount];
    private SafeFileHandle? _socket;
    private bool _pendingChange;
    private bool _isFull;

    /// <summary>The descriptor to wait for room on; -1 when nothing waits to be sent.</summary>
    internal int DescriptorToAwait
    {
        get
        {
            lock (_gate)
            {
                return _isFull && _socket is not null ? (int)_socket.DangerousGetHandle() : -1;
            }
        }
    }

    /// <summary>Speaks on another socket from now on, and owns it.</summary>
    internal void Use(SafeFileHandle? socket)
    {
        lock (_gate)
        {
            _socket?.Dispose();
            _socket = socket;
            _isFull = false;
            Array.Clear(_pendingCalls);
            _pendingChange = false;
        }
    }

    internal void SendCall(int queueIndex)
    {
        lock (_gate)
        {
            _pendingCalls[queueIndex] = true;
            Send();
        }
    }

    internal void SendConfigurationChange()
    {
        lock (_gate)
        {
            _pendingChange = true;
            Send();
        }
    }

    internal void SendPending()
    {
        lock (_gate)
        {
            _isFull = false;
            Send();
        }
    }

    public void Dispose() => Use(null);

    // The gate is held.
    private void Send()
    {
        Span<uint> message = [0, VhostUserMessage.Version, CallBytes, 0, 0];
        for (int index = 0; index < _pendingCalls.Length && !_isFull; index++)
        {
            message[0] = VringCall;
            message[3] = (uint)index;
            if (_pendingCalls[index] && TrySend(message))
            {
                _pendingCalls[index] = false;
            }
        }

        if (_pendingChange && !_isFull)
        {
            message[0] = ConfigurationChange;
            message[2] = 0;
            _pendingChange = !TrySend(message[..3]);
        }
    }

    private bool TrySend(ReadOnlySpan<uint> message)
    {
        if (_socket is null)
        {
            return true; // A front end that passed no socket does not want to know.
        }

        try
        {
            if (FileDescriptorPassing.TrySend(_socket, MemoryMarshal.AsBytes(message), []))
            {
                return true;
            }
        }
        catch (IOException)
        {
            return true; // The front end closed it. Whether it is gone, its first socket tells.
        }

        _isFull = true;
        wake.Signal();
        return false;
    }
}
