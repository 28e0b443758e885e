// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Reads what the kernel logs from now on: <c>/dev/kmsg</c>. Does not block. One reader at a time.</summary>
internal sealed unsafe class KernelLog : IDisposable
{
    private const int RecordBytes = 8192;

    // What a log that never stops can keep us busy with at one look.
    private const int MaxReads = 4096;

    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[RecordBytes];

    // A line that has not ended; only a file that is no kernel's has one.
    private string _rest = "";
    private KernelLogLine? _open;

    private KernelLog(SafeFileHandle file) => _file = file;

    /// <summary>Opens the log at its end.</summary>
    /// <returns><see langword="null"/> when there is none, or it may not be read (kernel.dmesg_restrict).</returns>
    public static KernelLog? TryOpen(KernelRoot root)
    {
        int descriptor = Interop.open(
            root.At("/dev/kmsg"), Interop.O_RDONLY | Interop.O_NONBLOCK | Interop.O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return null;
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Interop.lseek(descriptor, 0, Interop.SEEK_END) < 0)
        {
            file.Dispose();
            return null;
        }

        return new KernelLog(file);
    }

    /// <summary>The lines that have come since the last call.</summary>
    public List<KernelLogLine> Read()
    {
        List<KernelLogLine> lines = [];
        for (int i = 0; i < MaxReads; i++)
        {
            nint length;
            fixed (byte* buffer = _buffer)
            {
                // SAFETY: the buffer is pinned, and as long as is said; the handle is open as long as this is.
                length = Interop.read((int)_file.DangerousGetHandle(), buffer, RecordBytes);
            }

            if (length > 0)
            {
                Add(Encoding.UTF8.GetString(_buffer, 0, (int)length), lines);
            }
            else if (length == 0 || Interop.LastErrno is not (Errno.EPIPE or Errno.EINTR))
            {
                // Nothing more. EPIPE says that lines were overwritten before they were read: go on with what is left.
                break;
            }
        }

        End(lines);
        return lines;
    }

    public void Dispose() => _file.Dispose();

    // A record is "priority,sequence,time,flags;text", then lines of properties that begin with a space.
    private void Add(string text, List<KernelLogLine> lines)
    {
        string[] parts = (_rest + text).Split('\n');
        _rest = parts[^1];
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
        {
            if (part.StartsWith(" DEVICE=", StringComparison.Ordinal))
            {
                _open = _open is { } line ? line with { Device = part[" DEVICE=".Length..] } : null;
            }
            else if (!part.StartsWith(' ') && part.IndexOf(';', StringComparison.Ordinal) is >= 0 and var at)
            {
                End(lines);
                _open = new KernelLogLine(part[(at + 1)..], "");
            }
        }
    }

    private void End(List<KernelLogLine> lines)
    {
        if (_open is { } line)
        {
            lines.Add(line);
            _open = null;
        }
    }
}
