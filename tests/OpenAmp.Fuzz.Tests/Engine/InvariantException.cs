// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Fuzz.Tests;

/// <summary>What a target states for every input does not hold for this one.</summary>
public sealed class InvariantException : Exception
{
    public InvariantException()
    {
    }

    public InvariantException(string message)
        : base(message)
    {
    }

    public InvariantException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>States what holds.</summary>
    public static void ThrowUnless(bool holds, string statement)
    {
        if (!holds)
        {
            throw new InvariantException("This does not hold: " + statement);
        }
    }
}
