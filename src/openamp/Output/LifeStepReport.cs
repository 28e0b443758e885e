// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output;

/// <summary>One thing that happened to the demo's processor, how long it took, and what it led to.</summary>
internal sealed record LifeStepReport(string Step, double Milliseconds, string Detail);
