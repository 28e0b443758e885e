// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Qemu;

/// <summary>A cable between the UARTs of two boards: what one sends the other receives.</summary>
/// <remarks>It outlives restarts of either board. Dispose it after both processors.</remarks>
public sealed class QemuUartLink : IDisposable
{
    /// <summary>Makes a cable.</summary>
    /// <exception cref="IOException">Too many files are open.</exception>
    public QemuUartLink()
    {
        (SafeFileHandle first, SafeFileHandle second) = Interop.SocketPair("a cable between two UARTs");
        First = new QemuUartEnd(first);
        Second = new QemuUartEnd(second);
    }

    /// <summary>One end.</summary>
    public QemuUartEnd First { get; }

    /// <summary>The other end.</summary>
    public QemuUartEnd Second { get; }

    /// <summary>Lets go of both ends; boards that run keep theirs.</summary>
    public void Dispose()
    {
        First.Socket.Dispose();
        Second.Socket.Dispose();
    }
}
