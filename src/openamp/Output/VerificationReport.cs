// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>Signed firmware that passed every check.</summary>
internal sealed record VerificationReport
{
    public required string Command { get; init; }

    public required string File { get; init; }

    public required string Key { get; init; }

    public required string KeyKind { get; init; }

    public required string KeyFingerprint { get; init; }

    public required string ContentDigest { get; init; }

    public required bool CoversWholeImages { get; init; }

    public required IReadOnlyList<long> ImageBytes { get; init; }

    public string? Output { get; init; }

    public required string Result { get; init; }
}
