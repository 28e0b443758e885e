// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A pipe that nobody writes to: as long as its writing end is open, the run that it stands for goes on.
/// </summary>
/// <remarks>The host holds the writing end. The firmware's process has the reading end, and so have the host's own
/// doorbells: the first learns from it that the host died, which closes everything, the others that the run is over,
/// because the host closes it then.</remarks>
internal sealed class Lifeline : IDisposable
{
    private readonly SafeFileHandle _writer;

    internal unsafe Lifeline()
    {
        int* ends = stackalloc int[2];
        if (Interop.pipe2(ends, Interop.O_CLOEXEC) != 0)
        {
            throw Interop.Failure("pipe2", "a processor's lifeline", Interop.LastErrno,
                "Raise the limit of open files (ulimit -n).");
        }

        Reader = new SafeFileHandle(ends[0], ownsHandle: true);
        _writer = new SafeFileHandle(ends[1], ownsHandle: true);
    }

    /// <summary>The end that becomes readable when the run is over. Owned by this object.</summary>
    internal SafeFileHandle Reader { get; }

    /// <summary>A second owner of a reading end.</summary>
    /// <exception cref="System.IO.IOException">Too many files are open.</exception>
    internal static SafeFileHandle Duplicate(SafeHandle reader)
    {
        using DescriptorLoan loan = new(reader);
        return Interop.Own(Interop.fcntl(loan.Descriptor, Interop.F_DUPFD_CLOEXEC, 0), "fcntl(F_DUPFD_CLOEXEC)",
            "a processor's lifeline", "Raise the limit of open files (ulimit -n).");
    }

    /// <summary>The run is over: tells whoever has a reading end.</summary>
    internal void End() => _writer.Dispose();

    public void Dispose()
    {
        _writer.Dispose();
        Reader.Dispose();
    }
}
