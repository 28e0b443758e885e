// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;

namespace OpenAmp.Firmware;

/// <summary>Where the start file calls C#: part of every firmware, which says by two aliases what it is and on which
/// board it runs.</summary>
/// <remarks>Exported as they are, and not as entries from native code: these would announce themselves to a collector
/// that is not there, at every interrupt.</remarks>
internal static unsafe class Entry
{
    [RuntimeExport("openamp_main")]
    private static void Main() => Remote<Board>.Run<Program>();

    [RuntimeExport("openamp_interrupt")]
    private static void Interrupt() => Remote<Board>.Interrupt<Program>();

    [RuntimeExport("openamp_report")]
    private static void Report(PanicRecord* record) => PanicReport<Board>.Write(record);
}
