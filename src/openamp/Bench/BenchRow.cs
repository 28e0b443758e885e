// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Bench;

/// <summary>What one mode did with one payload, or what the machine itself does.</summary>
/// <param name="Name">The mode, or the baseline.</param>
/// <param name="SizeBytes">Payload in bytes; null for a baseline.</param>
/// <param name="Samples">Round trips.</param>
/// <param name="MessagesPerSecond">Rate one way; null for a baseline.</param>
internal sealed record BenchRow(string Name, int? SizeBytes, Samples Samples, double? MessagesPerSecond);
