// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Qemu;
using OpenAmp.Tool.Boards;

namespace OpenAmp.Tool.Services;

/// <summary>Runs gdb on a board, on this terminal.</summary>
internal static class Debugging
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="gdb">The program.</param>
    /// <param name="firmware">The firmware's file, for its symbols.</param>
    /// <param name="debugger">Where the board waits.</param>
    /// <param name="arguments">More arguments for gdb.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(
        string gdb,
        string firmware,
        QemuDebugger debugger,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            gdb, ["-q", firmware, "-ex", $"target remote {debugger.SocketPath}", .. arguments]);
        using Process child = Process.Start(start)
            ?? throw new IOException($"'{gdb}' cannot be started; try {HostProgram.Gdb.Remedy}");
        try
        {
            await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return child.ExitCode;
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }
}
