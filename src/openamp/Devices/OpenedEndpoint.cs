// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Devices;

/// <summary>An endpoint and what holds it; disposing lets go of both.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Where">What it is on, for people.</param>
/// <param name="Holders">Its link, and its processor.</param>
internal sealed record OpenedEndpoint(RpmsgEndpoint Endpoint, string Where, params IAsyncDisposable[] Holders)
    : IAsyncDisposable
{
    /// <summary>For people: rpmsg-raw on kernel:m4 (0x401 -> 0x400).</summary>
    public override string ToString()
        => $"{Endpoint.Name ?? "endpoint"} on {Where} ({Text(Endpoint.LocalAddress)} -> "
            + $"{Text(Endpoint.RemoteAddress)})";

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync().ConfigureAwait(false);
        foreach (IAsyncDisposable holder in Holders)
        {
            await holder.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Text(uint address) => address == RpmsgAddress.Any ? "any" : Quantity.Hex(address);
}
