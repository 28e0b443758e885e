// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Virtio;

namespace OpenAmp.CLibrary;

/// <summary>openamp_faults of openamp.h; openamp_ring_faults is <see cref="QueueFaults"/> itself.</summary>
internal struct Faults
{
    public QueueFaults ToHost;
    public QueueFaults FromHost;
    public uint LengthsBeyondMessage;
    public uint UnknownDestinations;
    public uint BadAnnouncements;
}
