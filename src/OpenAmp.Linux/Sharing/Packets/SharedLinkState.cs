// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A link, as a packet tells it.</summary>
/// <param name="Number">What a request names it by. A number is given once.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">Which side this is.</param>
/// <param name="MaxPayloadBytes">The longest payload, in bytes; 0 when that is not known yet.</param>
internal sealed record SharedLinkState(int Number, string Name, VirtioRole Role, int MaxPayloadBytes);
