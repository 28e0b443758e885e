// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Linux;

/// <summary>What a front end did that a program may want to know: it broke a rule, or it left.</summary>
/// <param name="fault">The rule that was broken; <see langword="null"/> when it just left.</param>
public sealed class VhostUserFrontEndEventArgs(VhostUserException? fault) : EventArgs
{
    /// <summary>The rule that was broken; <see langword="null"/> when the front end just left.</summary>
    public VhostUserException? Fault { get; } = fault;
}
