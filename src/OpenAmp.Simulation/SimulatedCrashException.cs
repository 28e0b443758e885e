// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Simulation;

/// <summary>Thrown by simulated firmware to crash in a chosen way. Any other exception is a
/// <see cref="CrashKind.FatalError"/>.</summary>
public sealed class SimulatedCrashException : Exception
{
    /// <summary>A fatal error.</summary>
    public SimulatedCrashException()
        : this(CrashKind.FatalError, "The firmware crashed.")
    {
    }

    /// <summary>A fatal error.</summary>
    /// <param name="message">What happened.</param>
    public SimulatedCrashException(string message)
        : this(CrashKind.FatalError, message)
    {
    }

    /// <summary>A fatal error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public SimulatedCrashException(string message, Exception innerException)
        : base(message, innerException) => Kind = CrashKind.FatalError;

    /// <summary>A crash of a kind.</summary>
    /// <param name="kind">How the processor fails.</param>
    /// <param name="message">What happened.</param>
    public SimulatedCrashException(CrashKind kind, string message)
        : base(message) => Kind = kind;

    /// <summary>How the processor fails.</summary>
    public CrashKind Kind { get; }
}
