// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu;

/// <summary>How a debugger gets at a board.</summary>
/// <param name="SocketPath">The UNIX socket of the emulator's gdb server.</param>
/// <param name="CommandLine">What to type: gdb-multiarch with the firmware's symbols and the socket.</param>
public sealed record QemuDebugger(string SocketPath, string CommandLine);
