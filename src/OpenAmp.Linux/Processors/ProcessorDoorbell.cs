// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>The two eventfds of one virtio device, as the firmware's process sees them.</summary>
/// <param name="Ordinal">Which of the table's virtio devices, from 0.</param>
/// <param name="Wait">The eventfd that the host adds to and the firmware waits on.</param>
/// <param name="Kick">The eventfd that the firmware adds to and the host waits on.</param>
internal readonly record struct ProcessorDoorbell(int Ordinal, int Wait, int Kick);
