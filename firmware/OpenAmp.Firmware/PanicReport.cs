// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware;

/// <summary>Tells the host of a panic: the last thing that firmware does.</summary>
/// <typeparam name="TBoard">The board.</typeparam>
public static unsafe class PanicReport<TBoard>
    where TBoard : struct, IBoard
{
    private const uint StackWords = 16;
    private const uint WordsPerLine = 4;

    // Status and address have 64 bits each: on arm each is two words, the lower first.
    private static uint FaultWords => 2 * sizeof(ulong) / (uint)sizeof(nuint);

    // From the registers' end: sp stands fourth on arm (sp, lr, pc, psr) and third on arm64 (sp, pc, pstate).
    private static uint StackPointerFromEnd => sizeof(nuint) == 4 ? 4u : 3u;

    /// <summary>Writes the record as text, completes it and rings. Runs on the handlers' stack, interrupts off.
    /// </summary>
    /// <param name="record">The record, which the start file filled in; registers follow it.</param>
    /// <remarks>Safety: the record is the image's own.</remarks>
    public static void Write(PanicRecord* record)
    {
        FirmwareTrace.Write("\n*** panic: "u8);
        WriteName(record->Cause);
        FirmwareTrace.Write(Panic.Text);

        // SAFETY: the registers follow the record, as many as it says; the start file wrote both, and knows the stack.
        var registers = (nuint*)(record + 1);
        uint count = record->RegisterCount;
        WriteWords("\nstatus, address:\n"u8, (nuint*)&record->FaultStatus, FaultWords);
        WriteWords(TBoard.RegisterNames, registers, count);
        nuint stack = registers[count - StackPointerFromEnd];
        nuint left = (nuint)record->StackHigh - stack;
        if (left <= (nuint)record->StackHigh - (nuint)record->StackLow)
        {
            uint words = (uint)left >> (sizeof(nuint) == 4 ? 2 : 3);
            WriteWords("stack:\n"u8, (nuint*)stack, words < StackWords ? words : StackWords);
        }

        ((Register32*)record)->Write(PanicRecord.CompleteMagic);
        TBoard.FullFence();
        TBoard.Ring(Doorbell.Panic);
    }

    /// <summary>A board's names have before each the cause's number, 32 to 37 counted from 24 so that no letter is
    /// one.</summary>
    private static void WriteName(PanicCause cause)
    {
        uint number = cause >= PanicCause.UndefinedInstruction ? (uint)cause - 8 : (uint)cause;
        bool isIts = false;
        foreach (byte letter in TBoard.CauseNames)
        {
            if (letter < ' ')
            {
                isIts = letter == number;
            }
            else if (isIts)
            {
                FirmwareTrace.Put(letter);
            }
        }
    }

    // Safety: the caller keeps as many words readable.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteWords(ReadOnlySpan<byte> title, nuint* words, uint count)
    {
        FirmwareTrace.Write(title);
        for (uint i = 1; i <= count; i++)
        {
            bool endsLine = (i & (WordsPerLine - 1)) == 0 || i == count;
            FirmwareTrace.WriteHex(*words++, endsLine ? (byte)'\n' : (byte)' ');
        }
    }
}
