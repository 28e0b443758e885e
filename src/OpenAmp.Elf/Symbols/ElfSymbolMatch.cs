// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>The symbol nearest to an address.</summary>
/// <param name="Symbol">The symbol: it begins at the address or below it.</param>
/// <param name="OffsetBytes">How far from its beginning the address is, in bytes.</param>
/// <param name="IsInside">Whether the symbol covers the address. False when it ends before it: then only the place is
/// near. A symbol of unknown size covers everything up to the next one.</param>
public readonly record struct ElfSymbolMatch(ElfSymbol Symbol, ulong OffsetBytes, bool IsInside)
{
    /// <summary>As people read it: "main+0x12".</summary>
    public override string ToString() => OffsetBytes == 0 ? Symbol.Name : $"{Symbol.Name}+0x{OffsetBytes:x}";
}
