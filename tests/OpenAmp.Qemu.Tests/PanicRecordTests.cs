// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Elf;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class PanicRecordTests
{
    private const string ArmRegisters = "\r\nCPU#0\r\nR00=00000000 R01=00000001 R02=00000002 R03=00000003\r\n"
        + "R04=00000004 R05=00000005 R06=00000006 R07=00000007\r\nR08=00000008 R09=00000009 R10=0000000a R11=0000000b"
        + "\r\nR12=0000000c R13=2100f000 R14=ffffffff R15=21000123\r\nXPSR=40000000 -Z-- A priv-thread\r\n"
        + "s00=00000000 s01=00000000 d00=0000000000000000\r\n";

    [Fact]
    public void ARecordIsReadAsItWasWritten()
    {
        Assert.True(PanicRecord.TryRead(Record(), ElfMachine.Arm, out PanicRecord? record, out _));
        Assert.Equal(PanicCause.BusFault, record!.Cause);
        Assert.Equal(0xF000_0000ul, record.FaultAddress);
        Assert.Equal(15ul, record.ProgramCounter);
        Assert.Equal("Bus fault at 0x0000000f, fault address 0xf0000000, CFSR 0x00000082, HFSR 0x40000000.",
            record.Describe(FirmwareSymbols.None));
    }

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(4, "version")]
    [InlineData(6, "architecture")]
    [InlineData(12, "registers")]
    public void ADamagedRecordIsRefusedWithWhatIsWrong(int at, string word)
    {
        byte[] record = Record();
        record[at] ^= 0x55;
        Assert.False(PanicRecord.TryRead(record, ElfMachine.Arm, out _, out string fault));
        Assert.Contains(word, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordOfAnotherArchitectureIsRefused()
        => Assert.False(PanicRecord.TryRead(new byte[1000], ElfMachine.Arm64, out _, out _));

    [Fact]
    public void AShortRecordIsRefused()
        => Assert.False(PanicRecord.TryRead(Record().AsSpan(0, 100), ElfMachine.Arm, out _, out _));

    [Fact]
    public void RegistersAreReadAsTheEmulatorPrintsThem()
    {
        ulong[]? registers = RegisterText.TryRead(ArmRegisters, ElfMachine.Arm, 0);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x2100F000, 0xFFFFFFFF, 0x21000123, 0x40000000],
            registers!);
        Assert.Null(RegisterText.TryRead(ArmRegisters, ElfMachine.Arm, 1));
        Assert.Null(RegisterText.TryRead(ArmRegisters, ElfMachine.Arm64, 0));
        string damaged = ArmRegisters.Replace("R07", "Q07", StringComparison.Ordinal);
        Assert.Null(RegisterText.TryRead(damaged, ElfMachine.Arm, 0));
        Assert.NotNull(RegisterText.TryRead(
            "qemu: fatal: Lockup\n" + ArmRegisters.Replace("CPU#0", "", StringComparison.Ordinal), ElfMachine.Arm, 0));
    }

    [Fact]
    public void BootCodeLeadsToTheImageThatWasAskedFor()
    {
        // The reset vector is odd and points behind the two words; the literals are what the code loads.
        byte[] code = BootCode.For(new(0x1000_0000), new(0x8020_0000));
        Assert.Equal(0x1000_0009u, BinaryPrimitives.ReadUInt32LittleEndian(code.AsSpan(4)));
        Assert.Equal(0x8020_0000u, BinaryPrimitives.ReadUInt32LittleEndian(code.AsSpan(0x1C)));
        Assert.Equal(0xE000_ED08u, BinaryPrimitives.ReadUInt32LittleEndian(code.AsSpan(0x20)));
    }

    private static byte[] Record()
    {
        byte[] record = new byte[PanicRecord.LengthBytes(ElfMachine.Arm)];
        "OAPC"u8.CopyTo(record);
        record[4] = 1;
        record[6] = 1;
        record[8] = (byte)PanicCause.BusFault;
        record[12] = 17;
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(16), 0x4000_0000_0000_0082);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(24), 0xF000_0000);
        for (int i = 0; i < 17; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(48 + (4 * i)), (uint)i);
        }

        return record;
    }
}
