// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>The arithmetic of EVENT_IDX.</summary>
public static class Notification
{
    /// <summary>Whether moving an index from one value to another passed the event the other side waits for.</summary>
    /// <param name="eventIndex">The index the other side wants to be told of.</param>
    /// <param name="newIndex">The index now.</param>
    /// <param name="oldIndex">The index when the other side was last told.</param>
    /// <returns><see langword="true"/> when the event lies in the half-open span [old, new), modulo 2^16.</returns>
    /// <remarks>VIRTIO 1.3, section 2.7.7.2 (vring_need_event).</remarks>
    public static bool IsNeeded(ushort eventIndex, ushort newIndex, ushort oldIndex)
        => unchecked((ushort)(newIndex - eventIndex - 1) < (ushort)(newIndex - oldIndex));
}
