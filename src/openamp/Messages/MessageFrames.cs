// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Messages;

/// <summary>Where one message ends and the next begins in a stream of bytes.</summary>
internal enum MessageFrames
{
    /// <summary>Nowhere: what one read brings is a message, at most of the longest length; messages come out one behind
    /// the other.</summary>
    None,

    /// <summary>At line breaks, which are no part of messages.</summary>
    Lines,

    /// <summary>Each message has its length before it: four bytes, little-endian.</summary>
    Length,
}
