// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>An operation is illegal in the state the processor is in. Nothing was done.</summary>
public sealed class RemoteProcessorStateException : InvalidOperationException
{
    /// <summary>An operation is illegal in the state the processor is in.</summary>
    public RemoteProcessorStateException()
        : this("The remote processor is not in a state that allows this.")
    {
    }

    /// <summary>An operation is illegal in the state the processor is in.</summary>
    /// <param name="message">Which, what is expected, and what to do.</param>
    public RemoteProcessorStateException(string message)
        : base(message)
    {
    }

    /// <summary>An operation is illegal in the state the processor is in.</summary>
    /// <param name="message">Which, what is expected, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public RemoteProcessorStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private RemoteProcessorStateException(
        string message,
        RemoteProcessorOperation operation,
        RemoteProcessorState state)
        : base(message)
    {
        Operation = operation;
        State = state;
        Expected = RemoteProcessorTransitions.StatesFor(operation);
    }

    /// <summary>What was asked for.</summary>
    public RemoteProcessorOperation Operation { get; }

    /// <summary>The state the processor is in.</summary>
    public RemoteProcessorState State { get; }

    /// <summary>The states in which the operation is legal.</summary>
    public IReadOnlyList<RemoteProcessorState> Expected { get; } = [];

    internal static RemoteProcessorStateException For(
        string name,
        RemoteProcessorOperation operation,
        RemoteProcessorState state)
    {
        string expected = string.Join(" or ", RemoteProcessorTransitions.StatesFor(operation));
        return new RemoteProcessorStateException(
            $"{operation} needs processor '{name}' to be {expected}, but it is {state}. {WhatToDo(operation, state)}",
            operation,
            state);
    }

    /// <summary>It crashed, but it was started here: then it is not ours to leave running.</summary>
    internal static RemoteProcessorStateException NotAttached(string name, RemoteProcessorState state)
        => new(
            $"{RemoteProcessorOperation.Detach} needs processor '{name}' to have been attached to, but it was started "
                + "here. Recover it, or stop it.",
            RemoteProcessorOperation.Detach,
            state);

    private static string WhatToDo(RemoteProcessorOperation operation, RemoteProcessorState state)
        => (operation, state) switch
        {
            (RemoteProcessorOperation.Start, RemoteProcessorState.Offline) => "Load firmware first.",
            (RemoteProcessorOperation.Start, RemoteProcessorState.Crashed) => "Recover it, or stop it first.",
            (RemoteProcessorOperation.Start, RemoteProcessorState.Detached) => "It runs already: attach to it.",
            (_, RemoteProcessorState.Running or RemoteProcessorState.Suspended) => "Stop it first.",
            (_, RemoteProcessorState.Attached) => "Stop it or detach from it first.",
            (_, RemoteProcessorState.Crashed) => "Stop it first.",
            (_, RemoteProcessorState.Loading) => "Wait until it is loaded.",
            (RemoteProcessorOperation.Recover, _) => "It did not crash.",
            _ => "See RemoteProcessorTransitions for what is legal.",
        };
}
