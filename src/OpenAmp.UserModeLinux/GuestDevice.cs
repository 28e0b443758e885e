// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.UserModeLinux;

/// <summary>A virtio device of the guest that a program of the host presents on a vhost-user socket.</summary>
/// <param name="SocketPath">Where the program listens, as an absolute or relative path without spaces and colons. It
/// listens before the guest starts: the guest connects while it boots, and once.</param>
/// <param name="VirtioId">The kind of device (VIRTIO 1.3, section 5): 7 is RPMsg.</param>
public sealed record GuestDevice(string SocketPath, uint VirtioId);
