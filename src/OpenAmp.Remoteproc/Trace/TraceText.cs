// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>Makes what a remote wrote safe to show: it may be anything.</summary>
internal static class TraceText
{
    // The Unicode pictures of control characters begin here.
    private const char ControlPictures = '\u2400';
    private const char DeletePicture = '\u2421';

    private static readonly SearchValues<byte> s_plain = SearchValues.Create(CreatePlain());

    /// <summary>Decodes a line. Allocates the text; when the bytes are plain ASCII, nothing else.</summary>
    public static string Decode(ReadOnlySpan<byte> line)
    {
        if (line.IndexOfAnyExcept(s_plain) < 0)
        {
            return Encoding.ASCII.GetString(line);
        }

        string text = Encoding.UTF8.GetString(line);
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = Harmless(source[i]);
            }
        });
    }

    /// <summary>Where to cut a line at its end at the latest, so that no character is torn: at most 3 bytes earlier.
    /// </summary>
    public static int CutBefore(ReadOnlySpan<byte> line)
    {
        for (int back = 1; back <= 3 && back < line.Length; back++)
        {
            byte value = line[^back];
            if ((value & 0xC0) == 0x80)
            {
                continue;
            }

            int needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1;
            return needed > back ? line.Length - back : line.Length;
        }

        return line.Length;
    }

    private static char Harmless(char value) => value switch
    {
        '\t' => value,
        < ' ' => (char)(ControlPictures + value),
        '\u007F' => DeletePicture,

        // Surrogates come in pairs, since the decoder made them.
        _ => char.GetUnicodeCategory(value) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator => '\uFFFD',
            _ => value,
        },
    };

    private static byte[] CreatePlain()
    {
        byte[] plain = new byte[96];
        plain[0] = (byte)'\t';
        for (int i = 1; i < plain.Length; i++)
        {
            plain[i] = (byte)(' ' + i - 1);
        }

        return plain;
    }
}
