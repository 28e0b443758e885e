// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Qemu;

namespace OpenAmp.Tool.Output;

/// <summary>A range of a board's addresses.</summary>
internal sealed record WindowReport(string Address, ulong LengthBytes)
{
    public static WindowReport From(QemuWindow window)
        => new(Quantity.Hex(window.Address.Value), window.LengthBytes);

    public override string ToString() => $"{Address}, {Quantity.Bytes(LengthBytes)}";
}
