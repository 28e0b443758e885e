// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace OpenAmp.Tool.Output;

/// <summary>Makes texts out of files safe to show: a terminal must not be told to do things by them.</summary>
internal static class SafeText
{
    private const char ControlPictures = '\u2400';

    /// <summary>The text with a picture in the place of each control character.</summary>
    public static string Of(string text)
        => text.All(IsPlain) ? text : string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = IsPlain(source[i]) ? source[i] : PictureOf(source[i]);
            }
        });

    /// <summary>Bytes as text, whatever they are.</summary>
    public static string Of(ReadOnlySpan<byte> utf8) => Of(Encoding.UTF8.GetString(utf8));

    private static bool IsPlain(char value) => value is >= ' ' and < '\u007f'
        || (value >= '\u00a0' && char.GetUnicodeCategory(value) is not (UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private static char PictureOf(char value) => value < ' ' ? (char)(ControlPictures + value) : '\ufffd';
}
