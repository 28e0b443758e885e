// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Qemu;

/// <summary>A few instructions that a board's processor runs first, because its reset vector is fixed.</summary>
/// <param name="Address">Where they lie.</param>
/// <param name="Content">The instructions.</param>
public sealed record QemuBootRom(DeviceAddress Address, ReadOnlyMemory<byte> Content);
