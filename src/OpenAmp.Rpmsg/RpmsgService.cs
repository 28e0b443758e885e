// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>A service that the peer of a link offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">The peer's address of it.</param>
/// <param name="IsTaken">Whether an endpoint here has it.</param>
public readonly record struct RpmsgService(string Name, uint Address, bool IsTaken);
