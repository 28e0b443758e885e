// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using OpenAmp.Memory;

namespace OpenAmp.Qemu;

/// <summary>What QEMU is told on its command line.</summary>
/// <remarks>Everything it shares with us has a descriptor and no name: nothing is left behind, whoever is killed.
/// </remarks>
internal static class QemuCommandLine
{
    /// <summary>The ids under which QEMU's own listings name what is ours.</summary>
    internal const string RamId = "ram";

    private const string VectorTable = "armv7m.init-nsvtor=";

    /// <summary>Puts the arguments together.</summary>
    /// <param name="board">The board.</param>
    /// <param name="ramDescriptor">The memory, as QEMU finds it.</param>
    /// <param name="uarts">The sockets of the UARTs in their order; -1 for one that leads nowhere.</param>
    /// <param name="monitor">The socket of the monitor.</param>
    /// <param name="entryPoint">Where the firmware starts.</param>
    /// <param name="bootRomPath">A file with the boot ROM; <see langword="null"/> without one.</param>
    internal static List<string> Of(
        QemuBoard board,
        int ramDescriptor,
        IReadOnlyList<int> uarts,
        int monitor,
        DeviceAddress entryPoint,
        string? bootRomPath)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        List<string> arguments =
        [
            .. board.Arguments.Select(argument => Rebase(argument, board)),
            "-nodefaults", "-display", "none", "-S",
            "-object", string.Create(culture, $"memory-backend-file,id={RamId},share=on,mem-path=/proc/self/fd/")
                + string.Create(culture, $"{ramDescriptor},size={board.Ram.LengthBytes}"),
            "-machine", "memory-backend=" + RamId,
            "-chardev", string.Create(culture, $"socket,id=qmp,fd={monitor}"), "-mon", "chardev=qmp,mode=control",
            "-action", "reboot=shutdown,shutdown=pause,watchdog=pause",
        ];
        for (int i = 0; i < uarts.Count; i++)
        {
            string id = string.Create(culture, $"uart{i}");
            arguments.AddRange(uarts[i] < 0 ? ["-serial", "null"]
                : ["-chardev", string.Create(culture, $"socket,id={id},fd={uarts[i]}"), "-serial", "chardev:" + id]);
        }

        if (bootRomPath is not null)
        {
            arguments.AddRange(["-device", string.Create(
                culture, $"loader,file={bootRomPath},addr=0x{board.BootRom!.Address.Value:x},force-raw=on")]);
        }

        if (board.LoaderCpu is { } cpu)
        {
            arguments.AddRange(
                ["-device", string.Create(culture, $"loader,addr=0x{entryPoint.Value:x},cpu-num={cpu}")]);
        }

        return arguments;
    }

    /// <summary>An image that was given another window than its board's has its vector table there.</summary>
    private static string Rebase(string argument, QemuBoard board)
        => argument.StartsWith(VectorTable, StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{VectorTable}0x{board.Image.Address.Value:x}")
            : argument;
}
