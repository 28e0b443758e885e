// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware.IvshmemEcho;

/// <summary>Where the start file calls C#.</summary>
internal static unsafe class Entry
{
    [RuntimeExport("openamp_main")]
    private static void Main() => Machine.Run();

    [RuntimeExport("openamp_interrupt")]
    private static void Interrupt()
    {
        // The only one that the board does not know is the ivshmem device's.
        if (Board.OnInterrupt() >= 0)
        {
            Reminder.OnRung();
            Wakeup.Wake();
        }
    }

    [RuntimeExport("openamp_report")]
    private static void Report(PanicRecord* record) => PanicReport<Board>.Write(record);
}
