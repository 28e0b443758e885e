// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Hears the kernel's device events (netlink, NETLINK_KOBJECT_UEVENT), so that a change in sysfs is seen at
/// once. Only a hint: whoever uses it looks at sysfs now and then all the same.</summary>
internal sealed class KernelEvents : IDisposable
{
    private const int BufferBytes = 8192;

    private readonly AsyncDescriptor _socket;
    private readonly byte[] _word;
    private readonly SemaphoreSlim _happened;
    private readonly CancellationTokenSource _ending = new();

    private KernelEvents(SafeFileHandle socket, string word, SemaphoreSlim happened)
    {
        _socket = new AsyncDescriptor(socket);
        _word = Encoding.ASCII.GetBytes(word);
        _happened = happened;
        _ = Task.Run(ListenAsync);
    }

    public void Dispose()
    {
        _ending.Cancel();
        _socket.Dispose();
        _ending.Dispose();
    }

    /// <summary>Listens for events of devices whose path or properties have a word. Null where there are no events: in
    /// containers, or below another root than the machine's.</summary>
    /// <param name="root">Where the kernel shows its devices.</param>
    /// <param name="word">The word, such as <c>rpmsg</c>.</param>
    /// <param name="happened">Released at each event, but for those that are still not taken.</param>
    internal static KernelEvents? TryListen(KernelRoot root, string word, SemaphoreSlim happened)
    {
        if (root != KernelRoot.Machine)
        {
            return null;
        }

        int descriptor = Interop.socket(
            Interop.AF_NETLINK,
            Interop.SOCK_RAW | Interop.SOCK_NONBLOCK | Interop.SOCK_CLOEXEC,
            Interop.NETLINK_KOBJECT_UEVENT);
        if (descriptor < 0)
        {
            return null;
        }

        var socket = new SafeFileHandle(descriptor, ownsHandle: true);
        unsafe
        {
            // SAFETY: the address is a local of the length given.
            var address = new NetlinkAddress { Family = Interop.AF_NETLINK, Groups = 1 };
            if (Interop.bind_netlink(descriptor, &address, sizeof(NetlinkAddress)) != 0)
            {
                socket.Dispose();
                return null;
            }
        }

        return new KernelEvents(socket, word, happened);
    }

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                if (Drain(buffer) && _happened.CurrentCount == 0)
                {
                    _happened.Release();
                }

                await _socket.WaitToReadAsync(_ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Reads all events that wait. True when one of them has the word, or when some were lost.</summary>
    private unsafe bool Drain(byte[] buffer)
    {
        bool found = false;
        using DescriptorLoan loan = new(_socket.Handle);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                // SAFETY: the buffer is pinned and as long as it says.
                nint length = Interop.read(loan.Descriptor, start, BufferBytes);
                if (length > 0)
                {
                    found |= buffer.AsSpan(0, (int)length).IndexOf(_word) >= 0;
                    continue;
                }

                int errno = length < 0 ? Interop.LastErrno : Errno.EAGAIN;
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                // Anything but "none" says that some were lost (ENOBUFS).
                return found || errno != Errno.EAGAIN;
            }
        }
    }
}
