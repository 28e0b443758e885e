// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Qemu;

/// <summary>Runs one line program of DWARF until a line covers an address (DWARF 5, section 6.2).</summary>
internal sealed class LineProgram
{
    private int[] _operandCounts = [];
    private ulong _unitBytes;
    private int _lineBase;
    private int _lineRange = 1;
    private int _firstSpecial;

    // The state machine's registers, and the row before.
    private ulong _address;
    private long _line = 1;
    private int _file = 1;
    private (ulong Address, int File, long Line)? _before;

    internal required ushort Version { get; init; }

    /// <summary>Reads what of the header has a fixed place.</summary>
    internal void ReadFixed(ref LineCursor header)
    {
        _unitBytes = header.Number(1);
        if (Version >= 4)
        {
            _ = header.Number(1); // Operations of an instruction: 1 but for VLIW.
        }

        _ = header.Number(1); // Whether a line is a statement by default.
        _lineBase = unchecked((sbyte)header.Number(1));
        _lineRange = Math.Max((int)header.Number(1), 1);
        _firstSpecial = (int)header.Number(1);
        _operandCounts = new int[Math.Max(_firstSpecial, 1)];
        for (int i = 1; i < _firstSpecial; i++)
        {
            _operandCounts[i] = (int)header.Number(1);
        }
    }

    /// <summary>Runs the program.</summary>
    /// <returns><see langword="false"/> when no line covers the address.</returns>
    internal bool TryFind(LineCursor program, ulong wanted, out int file, out long line)
    {
        (file, line) = (0, 0);
        while (program.IsGood && program.Remaining > 0)
        {
            bool isRow = Step(ref program, out bool isEnd);
            if (!isRow)
            {
                continue;
            }

            if (_before is { } row && row.Address <= wanted && wanted < _address)
            {
                (file, line) = (row.File, row.Line);
                return true;
            }

            _before = isEnd ? null : (_address, _file, _line);
            if (isEnd)
            {
                (_address, _line, _file) = (0, 1, 1);
            }
        }

        return false;
    }

    /// <returns>Whether the table got a row.</returns>
    private bool Step(ref LineCursor program, out bool isEnd)
    {
        isEnd = false;
        int code = (int)program.Number(1);
        if (code >= _firstSpecial)
        {
            int adjusted = code - _firstSpecial;
            Advance((ulong)(adjusted / _lineRange));
            _line = unchecked(_line + _lineBase + (adjusted % _lineRange));
            return true;
        }

        switch (code)
        {
            case 0:
                isEnd = Extended(ref program);
                return isEnd;
            case 1: // DW_LNS_copy
                return true;
            case 2: // DW_LNS_advance_pc
                Advance(program.Unsigned());
                return false;
            case 3: // DW_LNS_advance_line
                _line = unchecked(_line + program.Signed());
                return false;
            case 4: // DW_LNS_set_file
                _file = (int)Math.Min(program.Unsigned(), int.MaxValue);
                return false;
            case 8: // DW_LNS_const_add_pc
                Advance((ulong)((255 - _firstSpecial) / _lineRange));
                return false;
            case 9: // DW_LNS_fixed_advance_pc
                _address = unchecked(_address + program.Number(2));
                return false;
            default:
                for (int i = 0; i < _operandCounts[code]; i++)
                {
                    _ = program.Unsigned();
                }

                return false;
        }
    }

    /// <returns>Whether the sequence ends.</returns>
    private bool Extended(ref LineCursor program)
    {
        LineCursor content = program.Part(program.Unsigned());
        ulong code = content.Number(1);
        if (code == 2)
        {
            _address = content.Number(content.Remaining); // DW_LNE_set_address
        }

        return code == 1;
    }

    private void Advance(ulong operations) => _address = unchecked(_address + (operations * _unitBytes));
}
