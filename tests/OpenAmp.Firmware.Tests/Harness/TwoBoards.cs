// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;

namespace OpenAmp.Firmware.Tests;

/// <summary>Two Cortex-M4 boards that share their memory: this process drives the first, whose firmware drives the
/// second. A cable connects UART 1 of the first with UART 0 of the second.</summary>
internal sealed class TwoBoards : IAsyncDisposable
{
    private const string Name = "mps2-an386";
    private const string SecondImage = "mps2-an386-second";

    // The windows that firmware/boards/mps2-an386-second and OpenAmp.Firmware.Peers.SecondMpsAn386 speak of. The last
    // 2 MiB of memory are the first board's, for what it gives the second.
    private static readonly QemuWindow FirstPool = new(new DeviceAddress(0x2160_0000), 0x40_0000);
    private static readonly QemuWindow SecondPool = new(new DeviceAddress(0x21a0_0000), 0x40_0000);
    private static readonly QemuWindow SecondWindow = new(new DeviceAddress(0x2130_0000), 0x10_0000);

    private readonly QemuMemory _memory = QemuMemory.Create(QemuBoard.Find(Name));
    private readonly QemuUartLink _cable = new();

    internal TraceLines FirstTrace { get; } = new();

    internal TraceLines SecondTrace { get; } = new();

    internal FirmwareBoard First { get; private set; } = null!;

    internal FirmwareBoard Second { get; private set; } = null!;

    /// <summary>Loads both and starts both, the second first.</summary>
    internal static async Task<TwoBoards> StartAsync(string first, string second)
    {
        var boards = new TwoBoards();
        try
        {
            boards.First = await FirmwareBoard.LoadAsync(
                first,
                Name,
                new RemoteProcessorOptions { TraceSinks = [boards.FirstTrace] },
                options => options with
                {
                    SharedMemory = boards._memory,
                    Pool = FirstPool,
                    SecondUart = boards._cable.First,
                });
            boards.Second = await FirmwareBoard.LoadAsync(
                second,
                Name,
                new RemoteProcessorOptions
                {
                    TraceSinks = [boards.SecondTrace],
                    VdevDrivers = [new DrivenByFirmware()],
                    GracefulShutdown = null,
                },
                options => options with
                {
                    SharedMemory = boards._memory,
                    Image = SecondWindow,
                    Pool = SecondPool,
                    FirstUart = boards._cable.Second,
                },
                SecondImage);
            await boards.Second.Processor.StartAsync(boards.Second.Token);
            await boards.First.Processor.StartAsync(boards.First.Token);
            return boards;
        }
        catch
        {
            await boards.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads the second board's firmware again and starts it: for one that has crashed, or was stopped.
    /// </summary>
    internal async Task RestartSecondAsync()
    {
        await Second.Processor.StopAsync(Second.Token);
        await Second.Processor.StartAsync(Second.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (First is not null)
        {
            await First.DisposeAsync();
        }

        if (Second is not null)
        {
            await Second.DisposeAsync();
        }

        _cable.Dispose();
        _memory.Dispose();
    }
}
