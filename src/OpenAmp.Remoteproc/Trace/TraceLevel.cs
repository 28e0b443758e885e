// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <summary>Reads how serious a line is from the prefixes that firmware commonly writes.</summary>
internal static class TraceLevel
{
    // The kernel's: emergency, alert, critical, error, warning, notice, information, debug.
    private static readonly LogLevel[] s_kernel =
    [
        LogLevel.Critical, LogLevel.Critical, LogLevel.Critical, LogLevel.Error,
        LogLevel.Warning, LogLevel.Information, LogLevel.Information, LogLevel.Debug,
    ];

    private static readonly SearchValues<char> s_timeCharacters = SearchValues.Create(" 0123456789:.,");

    /// <summary>The level that a line begins with: "&lt;3&gt;", "[E]", "E: " or "&lt;err&gt;", after a time in
    /// brackets too. The fallback when it has none.</summary>
    public static LogLevel Of(ReadOnlySpan<char> line, LogLevel fallback)
    {
        line = line.TrimStart();
        return TryRead(line, out LogLevel level) || (TrySkipTime(ref line) && TryRead(line, out level))
            ? level
            : fallback;
    }

    private static bool TryRead(ReadOnlySpan<char> line, out LogLevel level)
    {
        level = LogLevel.None;
        if (line.Length < 2)
        {
            return false;
        }

        char close = line[0] switch { '<' => '>', '[' => ']', _ => ':' };
        int end = line[..Math.Min(line.Length, 10)].IndexOf(close);
        ReadOnlySpan<char> word = end < 0 ? default : line[(close == ':' ? 0 : 1)..end].Trim();
        if (close == '>' && word.Length == 1 && word[0] is >= '0' and <= '7')
        {
            level = s_kernel[word[0] - '0'];
        }
        else
        {
            level = Named(word, isBracketed: close != ':');
        }

        return level != LogLevel.None;
    }

    // "E:" alone says it without brackets: a longer word before a colon is more often a module's name.
    private static LogLevel Named(ReadOnlySpan<char> word, bool isBracketed)
    {
        Span<char> upper = stackalloc char[8];
        if (word.Length > upper.Length || (word.Length != 1 && !isBracketed))
        {
            return LogLevel.None;
        }

        upper = upper[..word.ToUpperInvariant(upper)];
        return upper switch
        {
            "F" or "C" or "FATAL" or "CRIT" or "CRITICAL" or "PANIC" => LogLevel.Critical,
            "E" or "ERR" or "ERROR" => LogLevel.Error,
            "W" or "WRN" or "WARN" or "WARNING" => LogLevel.Warning,
            "I" or "N" or "INF" or "INFO" or "NOTICE" => LogLevel.Information,
            "D" or "DBG" or "DEBUG" => LogLevel.Debug,
            "T" or "V" or "TRACE" or "VERBOSE" => LogLevel.Trace,
            _ => LogLevel.None,
        };
    }

    private static bool TrySkipTime(ref ReadOnlySpan<char> line)
    {
        int end = line.IndexOf(']');
        if (line.IsEmpty || line[0] != '[' || end < 0 || line[1..end].ContainsAnyExcept(s_timeCharacters))
        {
            return false;
        }

        line = line[(end + 1)..].TrimStart();
        return true;
    }
}
