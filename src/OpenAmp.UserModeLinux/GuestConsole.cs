// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.UserModeLinux;

/// <summary>Our end of a terminal of the guest: bytes both ways, cut into lines on the way in.</summary>
/// <remarks>The guest ends itself when this end is closed, as it is when this process dies.</remarks>
internal sealed class GuestConsole : IDisposable
{
    private const int ReadBytes = 16 * 1024;

    // A longer line comes in pieces: its length is the guest's choice.
    private const int MaxLineBytes = 1 << 20;

    private readonly Socket _socket;
    private readonly Action<string> _onLine;
    private readonly MemoryStream _line = new();

    /// <summary>Makes a console.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="onLine">Takes each line, on the thread pool, one at a time.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The socket owns the handle.")]
    internal GuestConsole(string purpose, Action<string> onLine)
    {
        (SafeFileHandle ours, TheirEnd) = Interop.SocketPair(purpose);

        // The socket owns the descriptor from here on.
        _socket = new Socket(new SafeSocketHandle(ours.DangerousGetHandle(), ownsHandle: true));
        ours.SetHandleAsInvalid();
        _onLine = onLine;
        Ended = Task.Run(ReadAsync);
    }

    /// <summary>The end for the guest's process. Closed here when the process has it: else its end would not be
    /// seen.</summary>
    internal SafeFileHandle TheirEnd { get; }

    /// <summary>Done when the guest closed its end, which it does when it ends.</summary>
    internal Task Ended { get; }

    internal async Task SendAsync(string line, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(line + "\n");
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        TheirEnd.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[ReadBytes];
        try
        {
            int count;
            while ((count = await _socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false)) > 0)
            {
                Split(buffer.AsSpan(0, count));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The guest ended, or this was disposed: who waits for an answer learns it from the process's end.
        }
    }

    private void Split(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            _line.Write(end < 0 ? bytes : bytes[..end]);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (end >= 0 || _line.Length > MaxLineBytes)
            {
                string text = Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length);
                _line.SetLength(0);
                _onLine(text);
            }
        }
    }
}
