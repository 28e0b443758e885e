// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Messages;

/// <summary>How messages are printed.</summary>
internal enum MessageForm
{
    /// <summary>When, from whom, how long, and as text if it is one.</summary>
    Text,

    /// <summary>The same, always in hexadecimal.</summary>
    Hex,

    /// <summary>The text alone, a line each.</summary>
    Lines,

    /// <summary>The bytes as they are, one message behind the other.</summary>
    Raw,

    /// <summary>A JSON object a line.</summary>
    Json,
}
