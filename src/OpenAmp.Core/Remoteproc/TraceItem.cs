// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Version 2 of a trace buffer: how the remote writes into it, and which notification says that it
/// did.</summary>
/// <remarks>80 bytes, little-endian. The firmware's author writes it; the host writes the notify id back. The words in
/// which the two sides of a <see cref="TraceMethod.FlipFlop"/> trace hand text over stand at the buffer's start, so
/// that a firmware whose table the host does not map can trace as well.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct TraceItem
{
    /// <summary>Size of the item, in bytes.</summary>
    public const int SizeBytes = 80;

    internal const uint MethodOffset = 32;
    internal const uint Reserved0Offset = 40;
    internal const uint Reserved1Offset = 44;

    /// <summary>Head; the writer sets all of it but the priority.</summary>
    public ResourceItemHead Head;

    /// <summary>Device address of the buffer.</summary>
    public ulong Address;

    /// <summary>Length of the buffer, in bytes; with its control block, when it has one.</summary>
    public ulong LengthBytes;

    /// <summary>How the remote writes into it.</summary>
    public TraceMethod Method;

    /// <summary>Id of the notification that a half is full, or <see cref="NotifyId.Any"/>; not looked at for plain
    /// text.</summary>
    public uint NotifyId;

    /// <summary>Zero.</summary>
    public uint Reserved0;

    /// <summary>Zero.</summary>
    public uint Reserved1;

    /// <summary>Name of the log, for people.</summary>
    public ResourceName Name;
}
