// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Core.Tests.Remoteproc;

/// <summary>Tables written out by hand from the layout's description.</summary>
internal static class Tables
{
    /// <summary>The table that the C demo programs for Linux put at the start of their shared memory.</summary>
    public static byte[] TwoProcess => Convert.FromHexString(
        "01000000" + "01000000" + "0000000000000000" + "14000000" // 00: version, entries, reserved, offset
        + "03000000" + "07000000" + "00000000" + "01000000"       // 14: type, id, notify id, device features
        + "00000000" + "00000000" + "00" + "02" + "0000"          // 24: driver features, config, status, vrings
        + "00400000" + "00100000" + "00010000" + "01000000" + "00000000"    // 30: vring 0
        + "00800000" + "00100000" + "00010000" + "02000000" + "00000000");  // 44: vring 1

    /// <summary>One entry of every kind, a vendor's and an unknown one of odd lengths among them.</summary>
    public static byte[] EveryKind => Convert.FromHexString(
        "01000000" + "06000000" + "0000000000000000"              // 00
        + "28000000" + "60000000" + "70000000" + "A0000000" + "AC000000" + "E4000000"     // 10: offsets
        + "00000000" + "00000010" + "FFFFFFFF" + "00001000" + "05000000" + "00000000"     // 28: carveout
        + "74657874" + Zeros(28)                                  // 40: "text"
        + "82000000" + "05000000" + "0102030405" + "000000"       // 60: vendor 130, 5 bytes, padding
        + "02000000" + "00200010" + "00100000" + "00000000"       // 70: trace
        + "7472616365" + Zeros(27)                                // 80: "trace"
        + "4D000000" + "A1A2A3A4A5A6" + "0000"                    // A0: type 77, 6 bytes, padding
        + "01000000" + "00000040" + "00000050" + "00010000" + "03000000" + "00000000"     // AC: devmem
        + "75617274" + Zeros(28)                                  // C4: "uart"
        + "03000000" + "07000000" + "1F000000" + "01000020" + "00000000" + "03000000"     // E4: vdev
        + "00" + "01" + "0000"                                    // FC: status, vrings, reserved
        + "FFFFFFFF" + "10000000" + "08000000" + "FFFFFFFF" + "00000000"                  // 100: vring 0
        + "C1C2C3");                                              // 114: configuration space

    private static string Zeros(int count) => new('0', 2 * count);
}
