// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Messages;

/// <summary>Prints messages as they come: as lines for people, as JSON, or their bytes as they are.</summary>
/// <param name="form">How.</param>
internal sealed class MessagePrinter(MessageForm form)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Stream _output = Console.OpenStandardOutput();

    /// <summary>Prints one.</summary>
    public void Print(in RpmsgMessage message)
    {
        ReadOnlySpan<byte> payload = message.Payload;
        switch (form)
        {
            case MessageForm.Raw:
                _output.Write(payload);
                _output.Flush();
                break;
            case MessageForm.Json:
                var told = new MessageEvent(
                    DateTimeOffset.UtcNow, Quantity.Hex(message.Source), payload.Length,
                    Convert.ToHexStringLower(payload), TextOf(payload));
                Console.Out.WriteLine(JsonSerializer.Serialize(told, MessageEventJson.Default.MessageEvent));
                break;
            case MessageForm.Lines:
                Console.Out.WriteLine(SafeText.Of(payload.TrimEnd("\r\n\0"u8)));
                break;
            default:
                WriteForPeople(message.Source, payload, form == MessageForm.Hex ? null : TextOf(payload));
                break;
        }
    }

    private static void WriteForPeople(uint source, ReadOnlySpan<byte> payload, string? text)
        => Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:HH:mm:ss.fff} 0x{source:x} {payload.Length,4} bytes  ")
            + (text is null ? Quantity.Pairs(payload) : $"\"{text}\""));

    // Bytes that are text for the most part, as people write it: a zero or a line break at its end is left out.
    private static string? TextOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            string text = Strict.GetString(payload.TrimEnd("\r\n\0"u8));
            return text.Length > 0 && !text.Any(value => char.IsControl(value) && value is not ('\t' or '\n' or '\r'))
                ? SafeText.Of(text) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
