// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace OpenAmp.Tool.Commands;

/// <summary>Turns Ctrl-C and SIGTERM into a cancelled token, so that endpoints are destroyed and files removed. A
/// second one ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    /// <summary>Listens.</summary>
    /// <param name="ignoresCtrlC">Whether Ctrl-C is for a program that this one runs on the same terminal.</param>
    public Interruption(bool ignoresCtrlC = false)
    {
        _interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, ignoresCtrlC ? static context => context.Cancel = true : Hear);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether a signal came.</summary>
    public bool IsRequested => _source.IsCancellationRequested;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    /// <summary>Cancels as a signal would.</summary>
    public void Request() => _source.Cancel();

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = !IsRequested;

        // Not on the signal's thread: who is cancelled may take its time.
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.Request(), this, preferLocal: false);
    }
}
