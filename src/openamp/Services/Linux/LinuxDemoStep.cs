// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Tool.Services.Linux;

/// <summary>One of the five demonstrations with a Linux kernel.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Show">Shows it in a guest.</param>
internal sealed record LinuxDemoStep(
    string Name,
    Func<LinuxGuest, CancellationToken, Task<LinuxDemoFinding>> Show)
{
    public override string ToString() => Name;
}
