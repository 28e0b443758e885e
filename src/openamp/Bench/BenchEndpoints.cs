// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Bench;

/// <summary>The fixed addresses of the peer's services in a benchmark.</summary>
internal static class BenchEndpoints
{
    /// <summary>Sends every message back.</summary>
    public const uint Echo = 20;

    /// <summary>Copies every message out, and answers the one whose first byte is <see cref="LastMark"/>.</summary>
    public const uint Sink = 21;

    public const byte LastMark = 0xFF;
}
