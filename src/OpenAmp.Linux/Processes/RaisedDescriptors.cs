// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Duplicates above the numbers that the child's descriptors get, so that none is overwritten before it is
/// copied. They close themselves on exec, and here when disposed.</summary>
internal sealed class RaisedDescriptors(int lowest) : IDisposable
{
    private readonly List<SafeFileHandle> _duplicates = [];

    /// <summary>Duplicates a descriptor.</summary>
    /// <returns>The number of the duplicate.</returns>
    /// <exception cref="System.IO.IOException">Too many files are open.</exception>
    internal int Add(SafeHandle handle)
    {
        using DescriptorLoan loan = new(handle);
        SafeFileHandle duplicate = Interop.Own(Interop.fcntl(loan.Descriptor, Interop.F_DUPFD_CLOEXEC, lowest),
            "fcntl(F_DUPFD_CLOEXEC)", "a handle for a child process", "Raise the limit of open files (ulimit -n).");
        _duplicates.Add(duplicate);
        return (int)duplicate.DangerousGetHandle();
    }

    public void Dispose() => _duplicates.ForEach(static duplicate => duplicate.Dispose());
}
