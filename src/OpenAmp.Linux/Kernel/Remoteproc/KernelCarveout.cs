// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>Memory that the kernel has set aside for a remote processor: one entry of <c>carveout_memories</c> in
/// debugfs.</summary>
/// <param name="Name">Its name; of a driver, or of the resource table (<c>vdev0vring0</c>).</param>
/// <param name="DmaAddress">Where the host's devices see it; 0 when the kernel does not say.</param>
/// <param name="DeviceAddress">Where the remote processor sees it.</param>
/// <param name="LengthBytes">How long it is, in bytes.</param>
public sealed record KernelCarveout(string Name, ulong DmaAddress, DeviceAddress DeviceAddress, ulong LengthBytes);
