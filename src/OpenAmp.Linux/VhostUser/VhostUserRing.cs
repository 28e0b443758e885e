// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>What a front end has said of one queue so far. The connection's thread's.</summary>
internal sealed class VhostUserRing(int index) : IDisposable
{
    internal int Index { get; } = index;

    internal QueueSize Size { get; set; }

    /// <summary>Whether the three addresses were given.</summary>
    internal bool HasAddresses { get; set; }

    /// <summary>Addresses in the front end's process.</summary>
    internal ulong Descriptors { get; set; }

    internal ulong Avail { get; set; }

    internal ulong Used { get; set; }

    /// <summary>Index of the first available entry to take.</summary>
    internal ushort Base { get; set; }

    /// <summary>Whether SET_VRING_KICK came, which starts the ring.</summary>
    internal bool IsStarted { get; set; }

    internal bool IsEnabled { get; set; }

    /// <summary>Whether the driver kicked since it set the ring up. Kept when only the memory changes.</summary>
    internal bool WasKicked { get; set; }

    /// <summary>Whether the device is to look at the queue in the next round.</summary>
    internal bool IsDue { get; set; }

    /// <summary>The descriptor that the driver kicks; none when kicks are messages.</summary>
    internal SafeFileHandle? Kick { get; private set; }

    internal VhostUserCall Call { get; } = new();

    /// <summary>The descriptor for telling that the ring is broken.</summary>
    internal SafeFileHandle? Error { get; private set; }

    internal bool IsRunnable(bool needsEnable)
        => Size.EntryCount != 0 && HasAddresses && IsStarted && (IsEnabled || !needsEnable);

    internal void ReplaceKick(SafeFileHandle? kick)
    {
        Kick?.Dispose();
        Kick = kick;
    }

    internal void ReplaceError(SafeFileHandle? error)
    {
        Error?.Dispose();
        Error = error;
    }

    /// <summary>Tells the front end that the ring is broken, if it wants to know.</summary>
    internal unsafe void SignalError()
    {
        // SAFETY: the ring owns the descriptor, which does not block; the value is a local.
        ulong one = 1;
        _ = Error is null ? 0 : Interop.write((int)Error.DangerousGetHandle(), &one, sizeof(ulong));
    }

    /// <summary>Forgets what belongs to one life of the driver. How to ring it stays.</summary>
    internal void Reset()
    {
        HasAddresses = false;
        IsStarted = false;
        IsEnabled = false;
        WasKicked = false;
        IsDue = false;
        Base = 0;
        ReplaceKick(null);
    }

    public void Dispose()
    {
        ReplaceKick(null);
        ReplaceError(null);
        Call.Dispose();
    }
}
