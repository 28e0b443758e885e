// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A text buffer the remote processor logs to (RSC_TRACE).</summary>
public sealed class TraceResource : TableResource
{
    internal TraceResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>Device address of the buffer (da).</summary>
    /// <exception cref="ResourceTableException">Setting: a version 1 table has no room for it.</exception>
    public ulong Address
    {
        get => ReadAddress(4, 16);
        set => WriteAddress(4, 16, value, "device address");
    }

    /// <summary>Length of the buffer in bytes (len); with its control block, when it has one.</summary>
    public ulong LengthBytes => ReadLength(8, 24);

    /// <summary>Name of the log, for people (name).</summary>
    public string Name => ReadName(IsWide ? 48u : 16u);

    /// <summary>How the remote writes into the buffer. Version 1 knows <see cref="TraceMethod.PlainText"/>
    /// only.</summary>
    public TraceMethod Method => IsWide ? (TraceMethod)ReadWord(32) : TraceMethod.PlainText;

    /// <summary>Id of the notification that a half is full; <see langword="null"/> when the method sends none, or the
    /// host is to choose it.</summary>
    public uint? NotifyId
    {
        get => Method == TraceMethod.FlipFlop && ReadWord(36) is var id && id != Remoteproc.NotifyId.Any ? id : null;
    }

    /// <summary>Writes the notify id that the host chose for a full half.</summary>
    /// <param name="notifyId">The id.</param>
    /// <returns><see langword="false"/> when the trace's method sends no notification; nothing is written
    /// then.</returns>
    public bool TrySetNotifyId(uint notifyId)
    {
        if (Method != TraceMethod.FlipFlop)
        {
            return false;
        }

        WriteWord(36, notifyId);
        return true;
    }

    internal uint RawNotifyId => IsWide ? ReadWord(36) : 0;

    internal ReadOnlySpan<byte> NameField => BytesAt(IsWide ? 48u : 16u, ResourceName.SizeBytes);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Trace entry {Index} '{Name}'");
}
