// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Simulation;

/// <summary>A processor inside this process: its memory is native memory, its firmware is C#, and everything between
/// the two is what it is for a real one.</summary>
/// <remarks>
/// <para>Images are loaded by the library as any other; what stands at the entry point names the C# program that then
/// runs. The driver gives the memory back when it is removed and every program has ended: one that ignores its stop
/// token keeps it.</para>
/// <para>Suspending holds the firmware's doorbells: a program that is not waiting for a message goes on, but nobody
/// hears it until it is resumed.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "RemoveAsync gives the memory back.")]
public sealed partial class SimulatedProcessorDriver : RemoteProcessorDriver
{
    private const DriverCapabilities Usual = DriverCapabilities.StartStop | DriverCapabilities.SuspendResume;

    // How long the removal waits for programs to end; real time, because nobody may be there to move another.
    private static readonly TimeSpan RemoveTimeout = TimeSpan.FromSeconds(1);

    private readonly SimulatedProcessorOptions _options;
    private readonly Dictionary<string, SimulatedFirmware> _firmware;
    private readonly NativeBlocks _blocks = new();
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private RemoteProcessorPort? _port;
    private SimulatedRun? _run;
    private Task _programs = Task.CompletedTask;
    private SharedRegion? _runningTable;

    /// <summary>A processor that is not initialised yet: give it to
    /// <see cref="RemoteProcessor.OpenAsync(RemoteProcessorDriver, RemoteProcessorOptions?, CancellationToken)"/>.
    /// </summary>
    /// <param name="options">What it is like.</param>
    /// <exception cref="ArgumentException">Two programs have the same name.</exception>
    public SimulatedProcessorDriver(SimulatedProcessorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _firmware = options.Firmware.ToDictionary(firmware => firmware.Name, StringComparer.Ordinal);
        Capabilities = options.Capabilities
            ?? (options.RunningImage.IsEmpty ? Usual : Usual | DriverCapabilities.AttachDetach);
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <inheritdoc/>
    public override DriverCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public override FirmwareRequirements Requirements => _options.Requirements;

    /// <inheritdoc/>
    public override bool IsRunningAlready => !_options.RunningImage.IsEmpty;

    /// <summary>Whether a program runs.</summary>
    public bool IsRunning => Current is { Ended.IsCompleted: false };

    /// <summary>Bytes of memory that it holds now.</summary>
    public ulong AllocatedBytes => _blocks.LengthBytes;

    /// <summary>Makes the processor crash now. Does nothing when it does not run.</summary>
    /// <param name="kind">How.</param>
    /// <param name="message">What happened, for people.</param>
    public void Crash(CrashKind kind, string message) => Current?.Crash(kind, message);

    /// <summary>Cuts the doorbells' wires: each side sees that the other is gone, and the driver says nothing.
    /// </summary>
    public void CutDoorbells() => Current?.CutWires();

    private SimulatedRun? Current
    {
        get
        {
            lock (_lock)
            {
                return _run;
            }
        }

        set
        {
            lock (_lock)
            {
                _run = value;
            }
        }
    }

    private SimulatedRun GetOrAddRun()
    {
        lock (_lock)
        {
            return _run ??= new SimulatedRun(_port!);
        }
    }

    /// <summary>Sets the program running that the entry point names.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The run disposes it when its program has ended.")]
    private void Boot(FirmwareImage image, SharedRegion? table)
    {
        string name = SimulatedImage.FindName(_port!.Memory, image.EntryPoint)
            ?? throw new RemoteProcessorException($"Processor '{Name}' finds no simulated firmware at its entry point "
                + $"0x{image.EntryPoint.Value:x8}: make the image with SimulatedImage.");
        if (!_firmware.TryGetValue(name, out SimulatedFirmware? firmware))
        {
            throw new RemoteProcessorException($"Processor '{Name}' has no firmware '{name}'; it has "
                + $"{string.Join(", ", _firmware.Keys)}. Add it to SimulatedProcessorOptions.Firmware.");
        }

        SimulatedRun run = GetOrAddRun();
        RemoteProcessorPort port = _port;
        var environment = new RemoteEnvironment(new RemoteEnvironmentDescription
        {
            Name = Name,
            Memory = port.Memory,
            Table = table,
            OpenDoorbell = vdev => run.Open(SimulatedSide.Remote, vdev),
            Notify = id => run.Hold.WhenReleased(() => port.ReportNotification(id)),
            Stopping = run.Stopping,
            Logger = port.Logger,
            TimeProvider = port.TimeProvider,
        });
        run.Run(firmware, environment);
        _programs = Task.WhenAll(_programs, run.Ended);
    }

    private async ValueTask MeetAsync(SimulatedStep step, CancellationToken cancellationToken)
    {
        SimulatedFault fault = _options.Faults.Next(step);
        switch (fault.Kind)
        {
            case SimulatedFaultKind.Fail:
                throw Failed(step);
            case SimulatedFaultKind.Delay:
                await Task.Delay(fault.Delay, _port!.TimeProvider, cancellationToken).ConfigureAwait(false);
                break;
            case SimulatedFaultKind.Hang:
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
                break;
            case SimulatedFaultKind.NeverReturn:
                await _removed.Task.ConfigureAwait(false);
                throw Failed(step);
            case SimulatedFaultKind.Crash:
                Crash(fault, $"Processor '{Name}' was made to crash at {step}.");
                break;
            default:
                break;
        }
    }

    private void Crash(SimulatedFault fault, string message)
    {
        if (Current is { } run)
        {
            run.Crash(fault.Crash, message);
        }
        else
        {
            _port!.ReportCrash(fault.Crash, message);
        }
    }

    private RemoteProcessorException Failed(SimulatedStep step)
        => new($"Processor '{Name}' was made to fail at {step}.");
}
