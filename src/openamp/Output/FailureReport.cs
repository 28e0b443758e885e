// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output;

/// <summary>What a command about files says when it could not do its work.</summary>
internal sealed record FailureReport(string Command, string Result, string Error);
