// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>A service that the peer announced or withdrew.</summary>
/// <param name="Name">The service.</param>
/// <param name="Address">The peer's address of it.</param>
/// <param name="IsWithdrawal">Whether it was withdrawn.</param>
public readonly record struct RpmsgServiceChange(string Name, uint Address, bool IsWithdrawal);
