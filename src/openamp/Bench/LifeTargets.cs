// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Simulation;
using OpenAmp.Tool.Commands;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Bench;

/// <summary>Measures what a processor's life costs: loading against copying, and the times that a user waits.</summary>
internal sealed class LifeTargets : IDisposable
{
    private const int ContentBytes = 64 << 20;
    private const double Megabyte = 1e6;

    private readonly BenchTarget _memory = AtLeast("Load of a 64 MiB ELF, from memory", 0.6);
    private readonly BenchTarget _file = AtLeast("Load of a 64 MiB ELF, from a file", 0.6);
    private readonly BenchTarget _boot = AtMost("Start to first message, process, .NET", 150);
    private readonly BenchTarget _crash = AtMost("SIGKILL to state Crashed, process", 10);

    private readonly byte[] _content = new byte[ContentBytes];
    private readonly byte[] _elf;
    private readonly string _path = Path.GetTempFileName();

    public LifeTargets()
    {
        for (int i = 0; i < _content.Length; i++)
        {
            _content[i] = unchecked((byte)(i * 31));
        }

        _elf = SimulatedImage.ToElf(new SimulatedImageOptions
        {
            FirmwareName = "big",
            Content = _content,
            MemoryBytes = ContentBytes,
        });
        File.WriteAllBytes(_path, _elf);
    }

    public IReadOnlyList<BenchTarget> All => [_memory, _file, _boot, _crash];

    /// <summary>Measures everything some times.</summary>
    public async Task RunAsync(int rounds, IProgress<int> progress, CancellationToken cancellationToken)
    {
        await MeasureLoadAsync(rounds, cancellationToken).ConfigureAwait(false);
        for (int round = 1; round <= rounds; round++)
        {
            await MeasureLifeAsync(cancellationToken).ConfigureAwait(false);
            progress.Report(round);
        }
    }

    public void Dispose() => File.Delete(_path);

    private static BenchTarget AtLeast(string name, double limit)
        => new(name, "memcpy", "MB/s", limit, IsUpperLimit: false);

    private static BenchTarget AtMost(string name, double milliseconds)
        => new(name, "1 ms", "ms", milliseconds, IsUpperLimit: true);

    private async Task MeasureLoadAsync(int rounds, CancellationToken cancellationToken)
    {
        var driver = new SimulatedProcessorDriver(new SimulatedProcessorOptions
        {
            Firmware = [SimulatedFirmware.Create("big", (_, _) => Task.CompletedTask)],
            Memory = [new SimulatedMemory("ddr", SimulatedProcessorOptions.DefaultAddress, 2 * ContentBytes)],
        });
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            // Once unmeasured, so that every page is there for all.
            await LoadAsync(processor, FirmwareStore.FromMemory(_elf), cancellationToken).ConfigureAwait(false);
            for (int round = 0; round < rounds; round++)
            {
                double before = Copy(processor);
                double memory = await LoadAsync(processor, FirmwareStore.FromMemory(_elf), cancellationToken)
                    .ConfigureAwait(false);
                double file = await LoadAsync(processor, FirmwareStore.FromFile(_path), cancellationToken)
                    .ConfigureAwait(false);
                double baseline = (before + Copy(processor)) / 2;
                _memory.Rounds.Add((memory, baseline));
                _file.Rounds.Add((file, baseline));
            }
        }
    }

    private static async Task<double> LoadAsync(
        RemoteProcessor processor,
        FirmwareStore store,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await processor.LoadAsync(store, cancellationToken).ConfigureAwait(false);
        return Rate(start);
    }

    private unsafe double Copy(RemoteProcessor processor)
    {
        SharedRegion place = processor.Memory.Regions[0].Memory;
        long start = Stopwatch.GetTimestamp();

        // SAFETY: the region is mapped, and twice as long as what is copied into it.
        _content.CopyTo(new Span<byte>(place.Start, ContentBytes));
        return Rate(start);
    }

    private static double Rate(long start) => ContentBytes / Megabyte / Stopwatch.GetElapsedTime(start).TotalSeconds;

    private async Task MeasureLifeAsync(CancellationToken cancellationToken)
    {
        var driver = new ProcessProcessorDriver(new ProcessProcessorOptions
        {
            Name = "bench",
            Arguments = [DemoFirmwareCommand.CommandName],
        });
        using var firmwareFile = DemoFirmwareFile.Open();
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, cancellationToken).ConfigureAwait(false);
        await using (processor.ConfigureAwait(false))
        {
            await processor.LoadAsync(firmwareFile.Path, cancellationToken).ConfigureAwait(false);
            long start = Stopwatch.GetTimestamp();
            await processor.StartAsync(cancellationToken).ConfigureAwait(false);

            // The first message of any RPMsg remote is the announcement of its first service.
            await processor.Rpmsg.ConnectAsync(DemoFirmware.CrashServiceName, cancellationToken).ConfigureAwait(false);
            _boot.Rounds.Add((Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1));

            Task<RemoteProcessorStateChange> crashed = processor
                .WaitForChangeAsync(RemoteProcessorState.Crashed, cancellationToken);
            using var firmware = Process.GetProcessById(driver.ProcessId!.Value);
            start = Stopwatch.GetTimestamp();
            firmware.Kill();
            await crashed.ConfigureAwait(false);
            _crash.Rounds.Add((Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1));
        }
    }
}
