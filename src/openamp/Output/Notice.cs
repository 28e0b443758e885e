// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Output;

/// <summary>Lines for people, on standard error.</summary>
internal static class Notice
{
    /// <summary>Writes a line that begins with the command.</summary>
    public static void Write(string command, string message)
        => Console.Error.WriteLine($"openamp {command}: {message}");

    /// <summary>The message of an exception without line breaks or a parameter's name.</summary>
    public static string OneLine(Exception exception)
    {
        string message = exception.Message;
        int end = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }
}
