// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>Firmware where the kernel finds it.</summary>
/// <param name="Name">What the kernel is told: the name below its search path.</param>
/// <param name="Path">The file.</param>
/// <param name="IsOurs">Whether it was copied there, and may be removed again.</param>
internal sealed record FirmwarePlace(string Name, string Path, bool IsOurs);
