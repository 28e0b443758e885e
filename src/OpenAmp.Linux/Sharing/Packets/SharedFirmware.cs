// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>The loaded firmware, as a packet tells it.</summary>
internal sealed record SharedFirmware(string Format, ulong EntryPoint);
