// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Qemu;

/// <summary>Holding one is to know that the descriptor stays open: it is not closed, and its number not reused, until
/// the loan is disposed.</summary>
internal readonly ref struct DescriptorLoan : IDisposable
{
    private readonly SafeHandle _handle;

    /// <summary>Borrows the descriptor. Allocates nothing.</summary>
    /// <exception cref="ObjectDisposedException">It is closed already.</exception>
    internal DescriptorLoan(SafeHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
        Descriptor = (int)handle.DangerousGetHandle();
    }

    internal int Descriptor { get; }

    public void Dispose() => _handle.DangerousRelease();
}
