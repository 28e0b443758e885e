// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>The processor state words in the shared resource table, while the remote runs.</summary>
/// <remarks>
/// <para>The remote writes state, heartbeat and detail; the host writes the request. Each word has one writer, which
/// keeps its own copy and never reads back what it wrote.</para>
/// <para>Each access is one load or store. Reads acquire and writes release: who reads a state then reads the detail
/// written before it. Nothing here allocates, blocks or notifies: the caller kicks.</para>
/// <para>Safety: whoever made the region keeps it mapped while this is in use.</para>
/// </remarks>
public readonly unsafe struct LiveProcessorState
{
    private readonly byte* _item;

    private LiveProcessorState(byte* item) => _item = item;

    /// <summary>Finds the shared words of an item that was checked in a copy of its table.</summary>
    /// <param name="table">The shared table, from its first byte.</param>
    /// <param name="item">The item, read from a copy of that table.</param>
    /// <param name="live">Its words.</param>
    /// <returns><see langword="false"/> when the item is of another kind or length, reaches past the region, or is not
    /// aligned to 4 bytes in this process.</returns>
    public static bool TryCreate(in SharedRegion table, ResourceItem item, out LiveProcessorState live)
    {
        live = default;
        if (!item.TryReadProcessorState(out _, out _)
            || !LiveEntry.TryLocate(table, item.OffsetBytes, ProcessorStateItem.SizeBytes, out byte* start))
        {
            return false;
        }

        live = new LiveProcessorState(start);
        return true;
    }

    /// <summary>Reads what the remote says it is doing.</summary>
    /// <returns>Whatever number stands there.</returns>
    public ProcessorState ReadState() => (ProcessorState)WordAt(ProcessorStateItem.StateOffset)->Read();

    /// <summary>Says what this remote is doing, after everything written before it.</summary>
    /// <param name="state">The state.</param>
    public void WriteState(ProcessorState state) => WordAt(ProcessorStateItem.StateOffset)->Write((uint)state);

    /// <summary>Reads the heartbeat.</summary>
    /// <returns>The count, modulo 2^32: compare for equality only.</returns>
    public uint ReadHeartbeat() => WordAt(ProcessorStateItem.HeartbeatOffset)->Read();

    /// <summary>Writes the heartbeat.</summary>
    /// <param name="count">The remote's own counter, which it counts up by one each time.</param>
    public void WriteHeartbeat(uint count) => WordAt(ProcessorStateItem.HeartbeatOffset)->Write(count);

    /// <summary>Reads why the remote crashed or how it ended.</summary>
    /// <returns>A number of the firmware; read the state first.</returns>
    public uint ReadDetail() => WordAt(ProcessorStateItem.DetailOffset)->Read();

    /// <summary>Writes why this remote crashes or how it ends; write the state after it.</summary>
    /// <param name="detail">A number of the firmware.</param>
    public void WriteDetail(uint detail) => WordAt(ProcessorStateItem.DetailOffset)->Write(detail);

    /// <summary>Reads what the host asks for.</summary>
    /// <returns>Whatever number stands there.</returns>
    public ProcessorRequest ReadRequest() => (ProcessorRequest)WordAt(ProcessorStateItem.RequestOffset)->Read();

    /// <summary>Asks the remote for something.</summary>
    /// <param name="request">What this host asks for.</param>
    public void WriteRequest(ProcessorRequest request)
        => WordAt(ProcessorStateItem.RequestOffset)->Write((uint)request);

    // SAFETY: the offsets are of fields of the item, which TryCreate found inside the region.
    private SharedWord* WordAt(uint fieldOffset) => (SharedWord*)(_item + fieldOffset);
}
