// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>How the driver of one queue is told of used buffers: a descriptor of the front end, which may be exchanged
/// while others ring, or a message on its socket.</summary>
internal sealed unsafe class VhostUserCall : IDisposable
{
    private readonly Lock _gate = new();
    private SafeFileHandle? _target;
    private bool _isSocket;
    private Action? _message;

    /// <summary>Rings. Does not block; a driver that cannot be reached has gone, or has plenty unread.</summary>
    internal void Signal()
    {
        lock (_gate)
        {
            if (_target is null)
            {
                _message?.Invoke();
                return;
            }

            // SAFETY: the descriptor is open while the gate is ours; the value is a local.
            ulong one = 1;
            int descriptor = (int)_target.DangerousGetHandle();
            _ = _isSocket
                ? Interop.send(descriptor, &one, sizeof(ulong), Interop.MSG_DONTWAIT | Interop.MSG_NOSIGNAL)
                : Interop.write(descriptor, &one, sizeof(ulong));
        }
    }

    /// <summary>Rings by a descriptor from now on, and owns it; without one, by the message, if there is one.</summary>
    internal void SetDescriptor(SafeFileHandle? target, bool isSocket)
    {
        lock (_gate)
        {
            _target?.Dispose();
            _target = target;
            _isSocket = isSocket;
        }
    }

    /// <summary>How to ring while there is no descriptor; nothing for not at all.</summary>
    internal void SetMessage(Action? message)
    {
        lock (_gate)
        {
            _message = message;
        }
    }

    public void Dispose()
    {
        SetDescriptor(null, isSocket: false);
        SetMessage(null);
    }
}
