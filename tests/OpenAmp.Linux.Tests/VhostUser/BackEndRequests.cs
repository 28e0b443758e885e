// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>The front end's side of the socket on which the back end speaks first: turns calls into an eventfd.
/// </summary>
internal sealed class BackEndRequests : IDisposable
{
    private const uint VringCall = 4;
    private const int MessageBytes = 20;

    private readonly EventFd _call;
    private readonly SafeHandle _own;
    private readonly Thread _thread;
    private volatile bool _ended;

    internal BackEndRequests(EventFd call)
    {
        _call = call;
        (_own, BackEndsSide) = Sockets.Pair();
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    internal SafeHandle BackEndsSide { get; }

    internal int CallCount { get; private set; }

    public void Dispose()
    {
        BackEndsSide.Dispose();
        _ended = true;
        _thread.Join();
        _own.Dispose();
    }

    private void Run()
    {
        uint[] message = new uint[MessageBytes / sizeof(uint)];
        while (!_ended)
        {
            try
            {
                using ReceivedDescriptors received = FileDescriptorPassing.Receive(
                    _own, MemoryMarshal.AsBytes(message.AsSpan()), 0, TimeSpan.FromMilliseconds(100));
                if (received.MessageBytes == 0)
                {
                    return;
                }

                Assert.Equal(MessageBytes, received.MessageBytes);
                Assert.Equal([VringCall, 1u, 8u], message[..3]);
                Assert.InRange(message[3], 0u, 1u);
                CallCount++;
                _call.Signal();
            }
            catch (TimeoutException)
            {
                // Look whether the test has ended.
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
