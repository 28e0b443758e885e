// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>A processor that a program of this user shares.</summary>
/// <param name="Name">Its name; shortened when it is longer than 40 characters.</param>
/// <param name="ProcessId">The program's process.</param>
/// <param name="SocketPath">Where it is shared: a selector that names only this one.</param>
public sealed record SharedProcessorEntry(string Name, int ProcessId, string SocketPath);
