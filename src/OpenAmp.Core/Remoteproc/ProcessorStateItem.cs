// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>The words in which the remote says what it is doing, and the host what it asks for.</summary>
/// <remarks>40 bytes, little-endian. The firmware's author writes it; the host writes the notify id back. While the
/// remote runs, the table is shared and the first four words change: go through <see cref="LiveProcessorState"/> then.
/// This type is a copy.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct ProcessorStateItem
{
    /// <summary>Size of the item, in bytes.</summary>
    public const int SizeBytes = 40;

    internal const uint StateOffset = 16;

    /// <summary>Where the heartbeat counter stands, in bytes from the item's first.</summary>
    public const uint HeartbeatOffset = 20;

    internal const uint DetailOffset = 24;
    internal const uint RequestOffset = 28;

    /// <summary>Head; the writer sets all of it but the priority.</summary>
    public ResourceItemHead Head;

    /// <summary>What the remote is doing; zero in an image. The remote writes it.</summary>
    public ProcessorState State;

    /// <summary>Counts up while the remote is alive, modulo 2^32; zero in an image. The remote writes it.</summary>
    public uint Heartbeat;

    /// <summary>Why it crashed, or how it ended: a number of the firmware; zero in an image. The remote writes
    /// it.</summary>
    public uint Detail;

    /// <summary>What the host asks for; zero in an image. The host writes it.</summary>
    public ProcessorRequest Request;

    /// <summary>Id of the notification that either side sends after it changed a word, or
    /// <see cref="OpenAmp.Remoteproc.NotifyId.Any"/>.</summary>
    public uint NotifyId;

    /// <summary>How often the remote promises to count its heartbeat up, in milliseconds; 0 promises nothing.</summary>
    public uint HeartbeatPeriodMilliseconds;
}
