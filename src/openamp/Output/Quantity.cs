// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;

namespace OpenAmp.Tool.Output;

/// <summary>Addresses and lengths as people read them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>An address or an offset: 0x3ed80000.</summary>
    public static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    /// <summary>An address or an offset; <see langword="null"/> stays so.</summary>
    public static string? Hex(ulong? value) => value is { } number ? Hex(number) : null;

    /// <summary>A length, exact: in the largest unit of which it is a whole number.</summary>
    public static string Bytes(ulong value)
    {
        int unit = 0;
        while (value >= 1024 && value % 1024 == 0 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:N0} {Units[unit]}");
    }

    /// <summary>A count with its noun: "1 entry", "5 entries".</summary>
    public static string Count(long count, string one, string many)
        => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>Bytes as pairs of hexadecimal digits with spaces between.</summary>
    public static string Pairs(ReadOnlySpan<byte> bytes)
        => string.Join(' ', Array.ConvertAll(bytes.ToArray(), value => value.ToString("x2", null)));
}
