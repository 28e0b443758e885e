// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc.Tests.Tables;

/// <summary>Tables written out by hand from the layout's description.</summary>
internal static class GoldenTables
{
    /// <summary>Version 1: one RPMsg device with two rings at fixed addresses.</summary>
    public static byte[] TwoRings => Convert.FromHexString(
        "01000000" + "01000000" + "0000000000000000" + "14000000" // 00: version, entries, reserved, offset
        + "03000000" + "07000000" + "00000000" + "01000000"       // 14: type, id, notify id, device features
        + "00000000" + "00000000" + "00" + "02" + "0000"          // 24: driver features, config, status, vrings
        + "00400000" + "00100000" + "00010000" + "01000000" + "00000000"    // 30: vring 0
        + "00800000" + "00100000" + "00010000" + "02000000" + "00000000");  // 44: vring 1

    /// <summary>Version 1: one entry of every kind, a vendor's and an unknown one of odd lengths among them.</summary>
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

    /// <summary>Version 2: one item of every kind, a vendor's and an unknown one of odd lengths among them.</summary>
    public static byte[] EveryItem => Convert.FromHexString(
        "02000000" + "08000000" + "10020000" + "00000000"               // 00: version, items, length, flags
        + "00000000" + "0100" + "0100" + "50000000" + "00000000"        // 10: carveout, version 1, required, 80 bytes
        + "0000001001000000" + "FFFFFFFFFFFFFFFF" + "0000000002000000"  // 20: addresses, length
        + "05000000" + "00000000" + "74657874" + Zeros(28)              // 38: flags, reserved, "text"
        + "82000000" + "0100" + "0000" + "15000000" + "00000000"        // 60: vendor 130, optional, 21 bytes
        + "0102030405" + "000000"                                       // 70: 5 bytes, padding
        + "02000000" + "0100" + "0000" + "50000000" + "00000000"        // 78: trace, 80 bytes
        + "0020001001000000" + "0010000000000000"                       // 88: address, length
        + "01000000" + "09000000" + Zeros(8)                            // 98: flip-flop, notify id 9, reserved
        + "7472616365" + Zeros(27)                                      // A8: "trace"
        + "4D000000" + "0300" + "0000" + "16000000" + "00000000"        // C8: type 77, version 3, 22 bytes
        + "A1A2A3A4A5A6" + "0000"                                       // D8: 6 bytes, padding
        + "01000000" + "0100" + "0100" + "50000000" + "00000000"        // E0: devmem, required, 80 bytes
        + "0000004002000000" + "0000005003000000" + "0001000000000000"  // F0: addresses, length
        + "03000000" + "00000000" + "75617274" + Zeros(28)              // 108: flags, reserved, "uart"
        + "03000000" + "0100" + "0100" + "6B000000" + "00000000"        // 130: vdev, required, 107 bytes
        + "07000000" + "1F000000"                                       // 140: device id, notify id
        + "0100002001000000" + "0000000000000000"                       // 148: device and driver features
        + "03000000" + "00" + "01" + "0000"                             // 158: config length, status, vrings
        + "0000008004000000" + "0000100000000000"                       // 160: buffers: address, length
        + "00080000" + "10000000" + "00020000" + "20000000"             // 170: 2048 * 16, 512 * 32
        + "FFFFFFFFFFFFFFFF" + "10000000" + "08000000" + "FFFFFFFF" + "00000000"    // 180: vring 0
        + "C1C2C3" + "0000000000"                                       // 198: configuration space, padding
        + "14000000" + "0100" + "0000" + "48000000" + "00000000"        // 1A0: parameters, optional, 72 bytes
        + "01000000" + "04000000" + "626F6F74" + Zeros(28)              // 1B0: key=value texts, 4 bytes, "boot"
        + "613D6200" + Zeros(12)                                        // 1D8: "a=b", room
        + "15000000" + "0100" + "0000" + "28000000" + "00000000"        // 1E8: processor state, 40 bytes
        + Zeros(16) + "FFFFFFFF" + "64000000");                         // 1F8: four words, notify id, 100 ms

    private static string Zeros(int count) => new('0', 2 * count);
}
