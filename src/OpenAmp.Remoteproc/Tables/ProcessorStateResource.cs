// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>The words in which the remote says what it is doing, and the host what it asks for. Version 2
/// only.</summary>
/// <remarks>It is the table as it was loaded; the words that change stand in the shared table.</remarks>
public sealed class ProcessorStateResource : TableResource
{
    internal ProcessorStateResource(ResourceTable table, TableEntry entry)
        : base(table, entry)
    {
    }

    /// <summary>Id of the notification that either side sends after it changed a word, or
    /// <see cref="Remoteproc.NotifyId.Any"/>.</summary>
    public uint NotifyId
    {
        get => ReadWord(32);
        set => WriteWord(32, value);
    }

    /// <summary>How often the remote promises to advance its heartbeat; <see cref="TimeSpan.Zero"/> when it promises
    /// nothing.</summary>
    public TimeSpan HeartbeatPeriod => TimeSpan.FromMilliseconds(ReadWord(36));

    internal bool HasLiveWords => BytesAt(16, 16).ContainsAnyExcept((byte)0);

    /// <summary>What the remote was doing when the table was copied; <see cref="ProcessorState.Unknown"/> in an
    /// image.</summary>
    public ProcessorState State => (ProcessorState)ReadWord(16);

    /// <summary>Finds the words in the shared table.</summary>
    /// <param name="table">The shared table, from its first byte.</param>
    /// <returns>The words; valid while the region stays mapped.</returns>
    /// <exception cref="ArgumentException">The entry reaches past the region, or the region is not aligned to
    /// 4 bytes.</exception>
    public LiveProcessorState CreateLive(SharedRegion table)
        => LiveProcessorState.TryCreate(table, Table.ItemAt(Index), out LiveProcessorState live)
            ? live
            : throw NotInRegion(table, nameof(table));
}
