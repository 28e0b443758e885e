// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.MultiServices;

/// <summary>Answers that begin with a text and go on with what was received.</summary>
internal static class PrefixedAnswer
{
    // Payload of the usual buffer of 512 bytes.
    private const int MaxBytes = 496;

    /// <summary>Answers a message. What does not fit beside the prefix follows in a second message: nothing is lost.
    /// </summary>
    public static void Send(ref Remote<Board> remote, in RpmsgDelivery message, ReadOnlySpan<byte> prefix)
    {
        Span<byte> answer = stackalloc byte[MaxBytes];
        prefix.CopyTo(answer);
        ReadOnlySpan<byte> rest = message.Payload;
        int at = prefix.Length;
        do
        {
            int count = rest.Length < MaxBytes - at ? rest.Length : MaxBytes - at;
            rest[..count].CopyTo(answer[at..]);
            if (remote.Reply(message, answer[..(at + count)]) != RpmsgSendResult.Sent)
            {
                FirmwareTrace.Write("an answer was not sent\n"u8);
                return;
            }

            rest = rest[count..];
            at = 0;
        }
        while (!rest.IsEmpty);
    }
}
