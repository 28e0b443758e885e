// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>A text buffer the remote processor logs to and the host shows.</summary>
/// <remarks>struct fw_rsc_trace with its type word. 48 bytes, little-endian. The firmware's author writes it.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct TraceEntry
{
    /// <summary>Size of the entry, in bytes.</summary>
    public const int SizeBytes = 48;

    internal const uint ReservedOffset = 12;

    /// <summary><see cref="ResourceType.Trace"/>; the writer sets it.</summary>
    public ResourceType Type;

    /// <summary>Device address of the buffer (da).</summary>
    public uint Address;

    /// <summary>Length of the buffer, in bytes (len).</summary>
    public uint LengthBytes;

    /// <summary>Zero (reserved).</summary>
    public uint Reserved;

    /// <summary>Name of the log, for people (name).</summary>
    public ResourceName Name;
}
