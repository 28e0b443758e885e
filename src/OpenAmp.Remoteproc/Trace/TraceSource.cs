// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>One method of laying text into a trace buffer, as the host reads it.</summary>
/// <remarks>One thread at a time. The memory is touched only inside these calls.</remarks>
internal abstract class TraceSource
{
    /// <summary>Copies what is new into the inbox. Bounded work; allocates nothing when nothing is new.</summary>
    public abstract void Look(TraceInbox inbox);

    /// <summary>The last look: takes what is certain, and what a further look would have made certain.</summary>
    public abstract void LookLast(TraceInbox inbox);

    /// <summary>It is not looked at again. May be called more than once; does not block.</summary>
    public virtual void Close()
    {
    }
}
