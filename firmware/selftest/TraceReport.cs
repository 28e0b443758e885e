// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Writes to the trace buffer what failed, and at the end how much there was.</summary>
internal struct TraceReport : ICaseReport
{
    private uint _passed;
    private uint _failed;

    public void Check(ReadOnlySpan<byte> name, ulong expected, ulong actual)
    {
        if (expected == actual)
        {
            _passed++;
            return;
        }

        _failed++;
        FirmwareTrace.Write("FAIL "u8);
        FirmwareTrace.Write(name);
        FirmwareTrace.Write(" expected "u8);
        Write(expected, (byte)' ');
        FirmwareTrace.Write("actual "u8);
        Write(actual, (byte)'\n');
    }

    /// <summary>Writes the last line.</summary>
    public readonly void Finish()
    {
        WriteCount(_passed);
        FirmwareTrace.Write(" passed, "u8);
        WriteCount(_failed);
        FirmwareTrace.Write(" failed\n"u8);
    }

    private static void Write(ulong value, byte ending)
    {
        if (sizeof(ulong) > nuint.Size)
        {
            FirmwareTrace.WriteHex((nuint)(uint)(value >> 32), (byte)'_');
            FirmwareTrace.WriteHex((nuint)(uint)value, ending);
        }
        else
        {
            FirmwareTrace.WriteHex((nuint)value, ending);
        }
    }

    private static void WriteCount(uint value)
    {
        Span<byte> digits = stackalloc byte[10];
        int start = digits.Length;
        do
        {
            digits[--start] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        FirmwareTrace.Write(digits[start..]);
    }
}
