// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using static OpenAmp.Remoteproc.RemoteProcessorOperation;
using static OpenAmp.Remoteproc.RemoteProcessorState;

namespace OpenAmp.Remoteproc;

/// <summary>Which operation is legal in which state, and where it leads. Pure; open to every thread.</summary>
public static class RemoteProcessorTransitions
{
    // Every legal transition, and none besides. An operation that fails leads back, as docs/life-cycle.md says.
    private static readonly Dictionary<(RemoteProcessorState, RemoteProcessorOperation), RemoteProcessorState> Legal =
        new()
        {
            [(Offline, Load)] = Ready,
            [(Ready, Load)] = Ready,
            [(Stopped, Load)] = Ready,
            [(Ready, Start)] = Running,
            [(Stopped, Start)] = Running,
            [(Offline, Stop)] = Offline,
            [(Ready, Stop)] = Ready,
            [(Stopped, Stop)] = Stopped,
            [(Running, Stop)] = Stopped,
            [(Suspended, Stop)] = Stopped,
            [(Crashed, Stop)] = Stopped,
            [(Attached, Stop)] = Offline,
            [(Running, Suspend)] = Suspended,
            [(Suspended, Resume)] = Running,
            [(Detached, Attach)] = Attached,
            [(Attached, Detach)] = Detached,
            [(Crashed, Detach)] = Detached,
            [(Running, Crash)] = Crashed,
            [(Suspended, Crash)] = Crashed,
            [(Attached, Crash)] = Crashed,
            [(Crashed, Recover)] = Running,
            [(Ready, Shutdown)] = Offline,
            [(Stopped, Shutdown)] = Offline,
        };

    /// <summary>Whether an operation is legal in a state, and where it leads when it succeeds.</summary>
    /// <param name="from">The state.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="to">The state after it.</param>
    /// <returns><see langword="false"/> when it is illegal there.</returns>
    public static bool TryGet(
        RemoteProcessorState from,
        RemoteProcessorOperation operation,
        out RemoteProcessorState to)
        => Legal.TryGetValue((from, operation), out to);

    /// <summary>The states in which an operation is legal.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The states, in the order of their definition.</returns>
    public static IReadOnlyList<RemoteProcessorState> StatesFor(RemoteProcessorOperation operation)
        => [.. Legal.Keys.Where(key => key.Item2 == operation).Select(key => key.Item1).Order()];
}
