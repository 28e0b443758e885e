// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <content>The gdb server, on demand.</content>
public sealed partial class QemuProcessorDriver
{
    private const string SocketPrefix = "openamp-gdb-";

    private string? _debuggerPath;

    /// <summary>Opens the board to gdb: at once when it runs, and at each start from now on. Until a debugger comes
    /// nothing changes; while one holds the board, nobody expects it to move.</summary>
    /// <param name="firmwarePath">The firmware's file, for its symbols; <see langword="null"/> to leave it out of the
    /// command line.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How to get there.</returns>
    /// <exception cref="RemoteProcessorException">QEMU refuses.</exception>
    public async Task<QemuDebugger> OpenDebuggerAsync(string? firmwarePath, CancellationToken cancellationToken)
    {
        if (_debuggerPath is null)
        {
            RemoveStaleSockets();
            _debuggerPath = NewSocketPath();
            if (_machine is { IsAlive: true } machine)
            {
                try
                {
                    await AnnounceDebuggerAsync(machine, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception error) when (error is QmpException or RemoteProcessorException)
                {
                    ForgetDebugger();
                    throw Failure("cannot be debugged", error);
                }
            }
        }

        string file = firmwarePath is null ? "" : $" '{firmwarePath}'";
        return new(_debuggerPath, $"gdb-multiarch{file} -ex 'target remote {_debuggerPath}'");
    }

    private static string NewSocketPath()
        => Path.Combine(Path.GetTempPath(), string.Create(
            CultureInfo.InvariantCulture,
            $"{SocketPrefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}.sock"));

    /// <summary>Removes sockets of processes that were killed.</summary>
    private static void RemoveStaleSockets()
    {
        foreach (string path in Directory.EnumerateFiles(Path.GetTempPath(), SocketPrefix + "*.sock"))
        {
            string owner = Path.GetFileName(path)[SocketPrefix.Length..].Split('-')[0];
            if (owner.Length > 0 && owner.All(char.IsAsciiDigit) && !Directory.Exists("/proc/" + owner))
            {
                TryDelete(path);
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another user's: it stays.
        }
    }

    private async Task AnnounceDebuggerAsync(QemuMachine machine, CancellationToken cancellationToken)
    {
        if (_debuggerPath is not { } path || machine.HasDebugger)
        {
            return;
        }

        TryDelete(path);
        string said = await machine.Monitor.ExecuteHumanAsync(
            $"gdbserver unix:{path},server=on,wait=off", cancellationToken).ConfigureAwait(false);
        if (!File.Exists(path))
        {
            throw new RemoteProcessorException($"QEMU does not open a gdb server at '{path}': {said.Trim()}");
        }

        machine.HasDebugger = true;
    }

    private void ForgetDebugger()
    {
        if (_debuggerPath is { } path)
        {
            _debuggerPath = null;
            TryDelete(path);
        }
    }
}
