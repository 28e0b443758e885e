// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>The flags word at the head of an available or used ring: bit 0 asks the other side not to notify.</summary>
/// <remarks>
/// <para>VIRTIO 1.3, sections 2.7.7 (VIRTQ_AVAIL_F_NO_INTERRUPT) and 2.7.10 (VIRTQ_USED_F_NO_NOTIFY). A hint: the
/// other side may notify all the same.</para>
/// <para>The field is volatile so that a spinning reader sees each change. It orders nothing against the ring's
/// index: that takes a full fence, which the queues place.</para>
/// </remarks>
public struct SuppressionFlags
{
    private const ushort NoNotification = 1;

    private volatile ushort _value;

    /// <summary>Whether the writer of this word asks for no notifications.</summary>
    public readonly bool AsksForSilence => (_value & NoNotification) != 0;

    /// <summary>Says whether notifications are wanted.</summary>
    /// <param name="wanted"><see langword="false"/> asks for silence.</param>
    public void Write(bool wanted) => _value = wanted ? (ushort)0 : NoNotification;
}
