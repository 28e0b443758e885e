// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Linux;

/// <summary>What one demonstration with a Linux kernel showed.</summary>
internal sealed record LinuxDemoStepReport(
    string Step,
    int Messages,
    double Milliseconds,
    IReadOnlyList<string> Answers,
    IReadOnlyList<string> KernelLines);
