// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>Looks into the core dump of a crash that was just seen.</summary>
internal static class CrashInspection
{
    /// <summary>Puts together what it tells.</summary>
    /// <param name="cause">What the driver said.</param>
    /// <param name="dump">The core dump's file.</param>
    /// <param name="firmware">The firmware's file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The report; <see langword="null"/> when the dump has no registers.</returns>
    public static async Task<CrashReport?> ReadAsync(
        string cause, string dump, string firmware, CancellationToken cancellationToken)
    {
        using var core = CoreFile.Open(dump);
        IReadOnlyList<CoreThread> threads = CoreThread.ReadAll(core, [], out _);
        if (threads.Count == 0)
        {
            return null;
        }

        FirmwareFile file = await FirmwareFile.OpenAsync(firmware, cancellationToken).ConfigureAwait(false);
        CoreThreadReport thread = new CoreInspection(core, new CoreFirmware(file, core)).Report(threads[0]);
        return new()
        {
            Cause = cause,
            Symbol = thread.ProgramCounterSymbol,
            CoreDumpBytes = new FileInfo(dump).Length,
            Registers = thread.Registers,
            Calls = thread.ReturnAddresses,
        };
    }
}
