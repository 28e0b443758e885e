// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;

namespace OpenAmp.Remoteproc;

/// <summary>An operation's turn, from <see cref="OperationGate.EnterAsync"/> to its disposal.</summary>
/// <param name="gate">The gate.</param>
/// <param name="preempted">Cancelled when somebody may not wait for the operation.</param>
internal sealed class OperationTurn(OperationGate gate, CancellationToken preempted) : IDisposable
{
    public CancellationToken Preempted => preempted;

    public void Dispose() => gate.Exit();
}
