// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Threading;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Runs every case, and then counts together with an interrupt.</summary>
internal static unsafe class Entry
{
    private const int Additions = 200_000;
    private const int WantedInterrupts = 20;
    private const int MaxRounds = 2000;
    private const int InterruptStep = 3;

    private static int s_sum;
    private static int s_interrupts;

    [RuntimeExport("openamp_main")]
    private static void Main()
    {
        Board.Start();
        FirmwareTrace.Write("selftest\n"u8);
        TraceReport report = default;
        AllCases.Run(ref report);
        Interrupts(ref report);
        report.Finish();
        Board.Ring(1);
        while (true)
        {
            Processor.WaitForInterrupt();
        }
    }

    // Both sides change one word; an addition that is not atomic loses some of the other's.
    private static void Interrupts(ref TraceReport report)
    {
        Board.StartTick(1);
        Processor.UnmaskInterrupts();
        int rounds = 0;
        for (; rounds < MaxRounds && Volatile.Read(ref s_interrupts) < WantedInterrupts; rounds++)
        {
            for (int i = 0; i < Additions / 100; i++)
            {
                _ = Interlocked.Add(ref s_sum, 1);
            }
        }

        Processor.MaskInterrupts();
        if (s_interrupts == 0)
        {
            FirmwareTrace.Write("skip: this board has no interrupts\n"u8);
            return;
        }

        int expected = (rounds * (Additions / 100)) + (s_interrupts * InterruptStep);
        report.Check("atomic addition against interrupts"u8, (ulong)expected, (ulong)Volatile.Read(ref s_sum));
    }

    [RuntimeExport("openamp_interrupt")]
    private static void Interrupt()
    {
        _ = Board.OnInterrupt();
        _ = Interlocked.Add(ref s_sum, InterruptStep);
        s_interrupts++;
    }

    [RuntimeExport("openamp_report")]
    private static void Report(PanicRecord* record) => PanicReport<Board>.Write(record);
}
