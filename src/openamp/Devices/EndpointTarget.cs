// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Tool.Commands;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Devices;

/// <summary>Where messages shall go, as people type it: SERVICE, @ADDRESS, LINK/SERVICE, LINK/@ADDRESS or /dev/rpmsgN.
/// </summary>
internal sealed record EndpointTarget
{
    private const int LongestNameBytes = 31;

    /// <summary>The processor or link; <see langword="null"/> for the only one that fits.</summary>
    public string? Link { get; init; }

    /// <summary>The service that the remote announced.</summary>
    public string? Service { get; init; }

    /// <summary>The remote's address, when no service is asked for.</summary>
    public uint? Address { get; init; }

    /// <summary>An endpoint device of the kernel.</summary>
    public string? DevicePath { get; init; }

    /// <summary>Reads it.</summary>
    /// <returns>What it says; <see langword="null"/> with a fault.</returns>
    public static EndpointTarget? Parse(string text, out string fault)
    {
        fault = "";
        if (text.StartsWith('/'))
        {
            return new EndpointTarget { DevicePath = text };
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string? link = slash > 0 ? text[..slash] : null;
        string rest = text[(slash + 1)..];
        if (rest.StartsWith('@'))
        {
            if (AddressText.TryParse(rest[1..], out uint address))
            {
                return new EndpointTarget { Link = link, Address = address };
            }

            fault = $"'{rest}' is no address: write @0x402 or @1026.";
            return null;
        }

        if (rest.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(rest) <= LongestNameBytes)
        {
            return new EndpointTarget { Link = link, Service = rest };
        }

        fault = $"'{text}' names no service (at most {LongestNameBytes} bytes), no @ADDRESS and no /dev/rpmsgN.";
        return null;
    }

    public override string ToString() => DevicePath ?? (Link is null ? "" : $"{Link}/")
        + (Service ?? $"@{Quantity.Hex(Address ?? 0)}");
}
