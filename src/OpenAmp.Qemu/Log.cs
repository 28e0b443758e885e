// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Qemu;

/// <summary>What this library logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Board '{Processor}' is emulated by process {Process}.")]
    internal static partial void MachineStarted(ILogger logger, string processor, int process);

    [LoggerMessage(2, LogLevel.Debug, "QEMU of '{Processor}': {Line}")]
    internal static partial void QemuSaid(ILogger logger, string processor, string line);

    [LoggerMessage(3, LogLevel.Warning, "QEMU of '{Processor}' cannot be watched any more.")]
    internal static partial void QemuNotWatched(ILogger logger, string processor, Exception error);

    [LoggerMessage(4, LogLevel.Warning, "The registers of '{Processor}' could not be read.")]
    internal static partial void NoRegisters(ILogger logger, string processor, Exception error);

    [LoggerMessage(5, LogLevel.Warning, "QEMU of '{Processor}' did not stop by itself and is killed.")]
    internal static partial void MachineKilled(ILogger logger, string processor, Exception error);

    [LoggerMessage(6, LogLevel.Information, "Board '{Processor}' is held: a debugger has it.")]
    internal static partial void Held(ILogger logger, string processor);

    [LoggerMessage(7, LogLevel.Information, "Board '{Processor}' goes on.")]
    internal static partial void Released(ILogger logger, string processor);

    [LoggerMessage(8, LogLevel.Warning, "The symbols of '{Firmware}' cannot be read: crashes name addresses only.")]
    internal static partial void NoSymbols(ILogger logger, string firmware, Exception error);
}
