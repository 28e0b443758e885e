// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Tool.Messages;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The words for where messages end.</summary>
internal static class FramesOption
{
    public static MessageFrames Read(string word) => word switch
    {
        "lines" => MessageFrames.Lines,
        "length" => MessageFrames.Length,
        _ => MessageFrames.None,
    };
}
