// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

/// <summary>A pseudo terminal: what a test writes to it, the terminal's user reads.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoTerminal = 0x100;

    [SuppressMessage("Usage", "CA2213", Justification = "The stream owns it.")]
    private readonly SafeFileHandle _handle;

    public unsafe PseudoTerminal()
    {
        int descriptor = NativeCalls.posix_openpt(ReadWrite | NoTerminal);
        byte* name = stackalloc byte[64];
        if (descriptor < 0 || NativeCalls.grantpt(descriptor) != 0 || NativeCalls.unlockpt(descriptor) != 0
            || NativeCalls.ptsname_r(descriptor, name, 64) != 0)
        {
            throw new IOException("No pseudo terminal to be had.");
        }

        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Path = Encoding.ASCII.GetString(new ReadOnlySpan<byte>(name, 64)).TrimEnd('\0').Split('\0')[0];
        Stream = new FileStream(_handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>The terminal's own path.</summary>
    public string Path { get; }

    public FileStream Stream { get; }

    /// <summary>Hangs the terminal up.</summary>
    public void Dispose() => Stream.Dispose();
}
