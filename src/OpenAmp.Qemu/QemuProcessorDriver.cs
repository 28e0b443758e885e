// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Qemu;

/// <summary>A remote processor that is a board emulated by QEMU.</summary>
/// <remarks>
/// <para>The board's memory is shared with QEMU; firmware is loaded into it by the library, not by QEMU. Both sides
/// ring through the board's first UART. Stop ends or holds the emulator, a crash always ends it.</para>
/// <para>QEMU dies with this process, however that ends, and nothing is left of it. docs/qemu.md tells firmware authors
/// what is expected of them.</para>
/// </remarks>
public sealed partial class QemuProcessorDriver : RemoteProcessorDriver
{
    private readonly QemuProcessorOptions _options;
    private readonly QemuBoard _board;
    private readonly FirmwareRequirements _requirements;
    private RemoteProcessorPort? _port;
    private QemuMemory? _memory;
    private QemuMachine? _machine;
    private QemuRun? _run;
    private MachineImage? _loaded;
    private bool _isMemoryChecked;

    // Of the last stop: what a dump that comes after it says.
    private IReadOnlyList<ulong>? _lastRegisters;

    /// <summary>Makes a driver. Nothing is allocated before the processor is opened.</summary>
    /// <param name="options">Which board, and how.</param>
    /// <exception cref="ArgumentException">An option is impossible.</exception>
    public QemuProcessorDriver(QemuProcessorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _options = options;
        _board = options.EffectiveBoard;
        _requirements = new FirmwareRequirements
        {
            Elf = new ElfImageRequirements
            {
                Classes = [_board.Machine == ElfMachine.Arm64 ? ElfClass.Elf64 : ElfClass.Elf32],
                ByteOrders = [ElfByteOrder.LittleEndian],
                Machines = [_board.Machine],
                Types = [ElfType.Executable],
                NeedsLoadableSegment = true,
            },
        };
    }

    /// <inheritdoc/>
    public override string Name => _options.Name ?? _board.Name;

    /// <summary>The board.</summary>
    public QemuBoard Board => _board;

    /// <inheritdoc/>
    public override DriverCapabilities Capabilities
        => DriverCapabilities.StartStop | DriverCapabilities.SuspendResume;

    /// <inheritdoc/>
    public override FirmwareRequirements Requirements => _requirements;

    /// <summary>QEMU's process id; <see langword="null"/> when there is none.</summary>
    public int? ProcessId => _machine is { IsAlive: true } machine ? machine.ProcessId : null;

    // Made by the first doorbell of a run, or by its start.
    private QemuRun Run => _run ??= new QemuRun(Name, _board, _port!);

    /// <inheritdoc/>
    protected override ValueTask InitializeAsync(RemoteProcessorPort port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(port);
        _port = port;
        _ = QemuProgram.Find(_options.Program ?? _board.Program);
        try
        {
            _memory = _options.SharedMemory ?? QemuMemory.Create(_board);
        }
        catch (IOException error)
        {
            throw Failure($"has no memory of {_board.Ram.LengthBytes} bytes", error);
        }

        foreach (MemoryRegion region in Regions(_memory.Shared.Region))
        {
            port.Memory.Add(region);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override LinkDoorbell CreateDoorbell(VdevResource vdev)
    {
        ArgumentNullException.ThrowIfNull(vdev);
        try
        {
            return Run.AddDoorbell();
        }
        catch (IOException error)
        {
            throw Failure($"has no doorbell for {vdev}", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask StartAsync(RemoteStart start, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        QemuRun run = Run;
        _lastRegisters = null;
        MachineImage image = MachineImage.Check(Name, _board, start);
        FirmwareSymbols symbols = await FirmwareSymbols.ReadAsync(
            start.Image, start.Store, _port!.Logger, cancellationToken).ConfigureAwait(false);
        try
        {
            QemuMachine machine = await ReadyMachineAsync(image, cancellationToken).ConfigureAwait(false);
            run.Begin(machine, start.Table, symbols);
            machine.Tell(run);
            await AnnounceDebuggerAsync(machine, cancellationToken).ConfigureAwait(false);
            machine.Uart?.BeginRun();
            if (_options.StartsHeld)
            {
                run.Happened(new QmpEvent("STOP", default));
                return;
            }

            await machine.ContinueAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is QmpException or IOException)
        {
            throw Failure("cannot be started", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        QemuRun? run = _run;
        run?.End();
        if (_machine is { } machine)
        {
            machine.Uart?.EndRun();
            bool isKept = await HoldAsync(machine, run, cancellationToken).ConfigureAwait(false);
            machine.Tell(null);
            if (!isKept)
            {
                await EndMachineAsync().ConfigureAwait(false);
            }
        }

        run?.Finish();
        _run = null;
    }

    /// <inheritdoc/>
    protected override ValueTask ShutdownAsync(CancellationToken cancellationToken) => EndMachineAsync();

    /// <inheritdoc/>
    protected override async ValueTask SuspendAsync(CancellationToken cancellationToken)
    {
        try
        {
            Run.ExpectHold(true);
            await _machine!.HoldAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException error)
        {
            Run.ExpectHold(false);
            throw Failure("cannot be suspended", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _machine!.ContinueAsync(cancellationToken).ConfigureAwait(false);
            Run.ExpectHold(false);
        }
        catch (QmpException error)
        {
            throw Failure("cannot be resumed", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<IReadOnlyList<ElfCoreNote>> GetCoreNotesAsync(
        CancellationToken cancellationToken)
    {
        IReadOnlyList<ulong>? registers = _run is { } run
            ? run.Registers ?? await LookAsync(run, cancellationToken).ConfigureAwait(false) : _lastRegisters;
        return registers is null ? [] : [CoreRegisters.ToNote(_board.Machine, registers)];
    }

    /// <inheritdoc/>
    protected override async ValueTask RemoveAsync()
    {
        _run?.End();
        await EndMachineAsync().ConfigureAwait(false);
        _run?.Finish();
        _run = null;
        ForgetDebugger();
        if (_options.SharedMemory is null)
        {
            _memory?.Dispose();
        }

        _memory = null;
    }

    /// <summary>The memory in up to three pieces, of which one is the pool.</summary>
    private IEnumerable<MemoryRegion> Regions(SharedRegion ram)
    {
        ulong poolAt = _board.Pool.Address.Value - ram.Address.Value;
        ulong poolEnd = poolAt + _board.Pool.LengthBytes;
        (string Name, ulong At, ulong End)[] pieces =
            [("ram", 0, poolAt), ("pool", poolAt, poolEnd), ("high", poolEnd, ram.LengthBytes)];
        return pieces.Where(piece => piece.End > piece.At).Select(piece => new MemoryRegion
        {
            Name = piece.Name,
            Memory = Part(ram, piece.At, piece.End - piece.At),
            IsPool = piece.Name == "pool",
        });
    }

    private static unsafe SharedRegion Part(SharedRegion ram, ulong at, ulong lengthBytes)
    {
        // SAFETY: the board's windows were checked to lie in its memory, which is what is mapped.
        return new SharedRegion(ram.Start + at, lengthBytes, ram.Address.Plus(at));
    }

    /// <summary>The machine of the run before when it can be used again, else a new one: held, and freshly
    /// reset.</summary>
    private async Task<QemuMachine> ReadyMachineAsync(MachineImage image, CancellationToken cancellationToken)
    {
        // The emulator keeps translations of code that it has seen, and does not see us write other code there.
        if (_machine is { IsAlive: true } old && image == _loaded)
        {
            await old.ResetAsync(cancellationToken).ConfigureAwait(false);
            return old;
        }

        await EndMachineAsync().ConfigureAwait(false);
        QemuMachine machine = await QemuMachine.StartAsync(
            _options, _memory!, image.EntryPoint, Name, _port!.Logger, cancellationToken).ConfigureAwait(false);
        _machine = machine;
        _loaded = image;
        Log.MachineStarted(_port.Logger, Name, machine.ProcessId);
        if (!_isMemoryChecked)
        {
            await machine.CheckMemoryAsync(_board, cancellationToken).ConfigureAwait(false);
            _isMemoryChecked = true;
        }

        if (_board.PowerOn.Count + _board.PowerOff.Count > 0)
        {
            await machine.SwitchPowerAsync(_board, cancellationToken).ConfigureAwait(false);
            await machine.ResetAsync(cancellationToken).ConfigureAwait(false);
        }

        return machine;
    }

    /// <summary>Holds the board for good, and takes its registers for a dump.</summary>
    /// <returns>Whether the machine can be reset and used again.</returns>
    private async Task<bool> HoldAsync(QemuMachine machine, QemuRun? run, CancellationToken cancellationToken)
    {
        _lastRegisters = run?.Registers;
        if (!machine.IsAlive)
        {
            return false;
        }

        try
        {
            await machine.HoldAsync(cancellationToken).ConfigureAwait(false);
            _lastRegisters ??= await ReadRegistersAsync(machine, cancellationToken).ConfigureAwait(false);
            return _options.ReusesMachine && run is { HasCrashed: false, IsHeldByOther: false };
        }
        catch (Exception error) when (error is QmpException or OperationCanceledException)
        {
            Log.MachineKilled(_port!.Logger, Name, error);
            return false;
        }
    }

    /// <summary>Reads the registers of a board that may run.</summary>
    private async Task<IReadOnlyList<ulong>?> LookAsync(QemuRun run, CancellationToken cancellationToken)
    {
        if (_machine is not { IsAlive: true } machine)
        {
            return null;
        }

        try
        {
            return await ReadRegistersAsync(machine, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpException error)
        {
            Log.NoRegisters(_port!.Logger, Name, error);
            return null;
        }
    }

    private async Task<IReadOnlyList<ulong>?> ReadRegistersAsync(
        QemuMachine machine, CancellationToken cancellationToken)
    {
        string text = await machine.Monitor.ExecuteHumanAsync("info registers -a", cancellationToken)
            .ConfigureAwait(false);
        return RegisterText.TryRead(text, _board.Machine, _board.LoaderCpu ?? 0);
    }

    private async ValueTask EndMachineAsync()
    {
        if (_machine is { } machine)
        {
            _machine = null;
            _loaded = null;
            await machine.DisposeAsync().ConfigureAwait(false);
        }
    }

    private RemoteProcessorException Failure(string what, Exception error)
        => new($"Processor '{Name}' {what}: {error.Message}", error);
}
