// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Memory that a remote processor has, for a <see cref="ResourceTableLinter"/> to compare with.</summary>
/// <param name="Name">Its name; Linux and this library match carveouts with it.</param>
/// <param name="Address">Device address of its first byte.</param>
/// <param name="LengthBytes">Length in bytes.</param>
public sealed record TableRegion(string Name, ulong Address, ulong LengthBytes);
