// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;

namespace OpenAmp.Remoteproc;

/// <summary>A firmware file was refused: it is not signed, not well formed, altered, or signed by nobody who is
/// trusted.</summary>
/// <remarks>The message names the rule, the offset in the file, what was expected, what was found and what to do.
/// </remarks>
public sealed class FirmwareAuthenticationException : Exception
{
    /// <summary>Reports a refusal without saying why.</summary>
    public FirmwareAuthenticationException()
        : this("The firmware is not authentic.")
    {
    }

    /// <summary>Reports a refusal.</summary>
    /// <param name="message">The rule, the offset, what was expected and what was found.</param>
    public FirmwareAuthenticationException(string message)
        : this(message, null)
    {
    }

    /// <summary>Reports a refusal and the error behind it.</summary>
    /// <param name="message">The rule, the offset, what was expected and what was found.</param>
    /// <param name="innerException">The error behind it.</param>
    public FirmwareAuthenticationException(string message, Exception? innerException)
        : base(message, innerException)
    {
        Expected = string.Empty;
        Actual = string.Empty;
    }

    private FirmwareAuthenticationException(
        FirmwareAuthenticationRule rule,
        long offsetBytes,
        string expected,
        string actual,
        string advice,
        Exception? inner)
        : base(Compose(rule, offsetBytes, expected, actual, advice), inner)
    {
        Rule = rule;
        OffsetBytes = offsetBytes;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The rule that the file broke.</summary>
    public FirmwareAuthenticationRule Rule { get; }

    /// <summary>The rule's stable name, as "SGN007".</summary>
    public string RuleId => Name(Rule);

    /// <summary>Where in the file, in bytes from its start.</summary>
    public long OffsetBytes { get; }

    /// <summary>What the rule expects there.</summary>
    public string Expected { get; }

    /// <summary>What the file holds there.</summary>
    public string Actual { get; }

    internal static FirmwareAuthenticationException Broken(
        FirmwareAuthenticationRule rule,
        long offsetBytes,
        string expected,
        string actual,
        string advice = "",
        Exception? inner = null) => new(rule, offsetBytes, expected, actual, advice, inner);

    private static string Name(FirmwareAuthenticationRule rule) =>
        string.Create(CultureInfo.InvariantCulture, $"SGN{(int)rule:000}");

    private static string Compose(
        FirmwareAuthenticationRule rule, long offsetBytes, string expected, string actual, string advice)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Firmware refused, rule {Name(rule)} at offset 0x{offsetBytes:x}: expected {expected}; found {actual}.");
        return advice.Length == 0 ? text : text + " " + advice;
    }
}
