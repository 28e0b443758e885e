// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Services.Linux;

/// <summary>What was seen in a demonstration.</summary>
/// <param name="Messages">Messages of the kernel's that were answered, and whose answers were right.</param>
/// <param name="Answers">What devices said.</param>
/// <param name="KernelLines">What the kernel said of it.</param>
internal sealed record LinuxDemoFinding(
    int Messages,
    IReadOnlyList<string> Answers,
    IReadOnlyList<string> KernelLines);
