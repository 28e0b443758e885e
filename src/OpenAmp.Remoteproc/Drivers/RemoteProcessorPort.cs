// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <summary>What a driver is given to report by: the way from the processor back to the library.</summary>
/// <remarks>Open to every thread, at any time; a report that comes after the processor was stopped or disposed does
/// nothing. Nothing here blocks.</remarks>
public abstract class RemoteProcessorPort
{
    /// <summary>The processor's memory: the driver adds its regions while it initialises.</summary>
    public abstract MemoryMap Memory { get; }

    /// <summary>The processor's log.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>The clock.</summary>
    public abstract TimeProvider TimeProvider { get; }

    /// <summary>Says that the processor crashed. The first report of a run counts.</summary>
    /// <param name="kind">How.</param>
    /// <param name="message">What happened, for people.</param>
    public abstract void ReportCrash(CrashKind kind, string message);

    /// <summary>Says that the remote rang a notify id that belongs to no virtio device: a trace buffer's.</summary>
    /// <param name="notifyId">The notify id.</param>
    public abstract void ReportNotification(uint notifyId);

    /// <summary>Says that somebody holds the processor, a debugger, or lets it go on: meanwhile nobody expects it to
    /// move. Its state stays.</summary>
    /// <param name="isHeld">Whether it stands still.</param>
    public virtual void ReportHeld(bool isHeld)
    {
    }
}
