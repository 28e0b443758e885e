// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A remote processor that is a process: its firmware is an executable of this machine with a resource table
/// in it.</summary>
/// <remarks>
/// <para>Start is exec, stop is SIGTERM and then SIGKILL, a crash is the process's exit or its death by a signal. Its
/// table, carveouts, rings and buffers lie in shared memory that the process inherits; its code and its own data do
/// not. docs/process-processor.md tells firmware authors what they find.</para>
/// <para>What was checked is what runs: an image in a file is run from the descriptor it was read from, any other from
/// a sealed copy. An executable that looks for files beside itself, as a .NET application does, must come from a
/// file.</para>
/// <para>The process ends with its host, however that ends, if its firmware heeds the lifeline.</para>
/// </remarks>
public sealed class ProcessProcessorDriver : RemoteProcessorDriver
{
    private const string TableName = "resource_table";

    private readonly ProcessProcessorOptions _options;
    private readonly FirmwareRequirements _requirements;
    private RemoteProcessorPort? _port;
    private SharedMemory? _memory;
    private Carveout? _table;
    private ProcessRun? _run;
    private FirmwareStore? _copied;
    private SafeFileHandle? _copy;

    /// <summary>Makes a driver. Nothing is allocated before the processor is opened.</summary>
    /// <param name="options">What the processor is made of; the defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">An option is impossible.</exception>
    public ProcessProcessorDriver(ProcessProcessorOptions? options = null)
    {
        _options = options ?? new ProcessProcessorOptions();
        _options.ThrowIfInvalid();
        _requirements = _options.Requirements ?? new FirmwareRequirements { Elf = OfThisMachine };
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <inheritdoc/>
    public override DriverCapabilities Capabilities
        => DriverCapabilities.StartStop | DriverCapabilities.SuspendResume | DriverCapabilities.LoadsSegments;

    /// <inheritdoc/>
    public override FirmwareRequirements Requirements => _requirements;

    /// <summary>The process id of the firmware, for a debugger; <see langword="null"/> when it does not run.</summary>
    public int? ProcessId => _run?.ProcessId;

    private static ElfImageRequirements OfThisMachine => new()
    {
        Classes = [ElfClass.Elf64],
        ByteOrders = [ElfByteOrder.LittleEndian],
        Machines = [RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ElfMachine.Arm64 : ElfMachine.X64],
        Types = [ElfType.Executable, ElfType.Dynamic],
        NeedsLoadableSegment = true,
    };

    // Made by the first doorbell of a run, or by its start.
    private ProcessRun Run => _run ??= new ProcessRun(Name, _port!);

    /// <inheritdoc/>
    protected override ValueTask InitializeAsync(RemoteProcessorPort port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(port);
        _port = port;
        try
        {
            _memory = SharedMemory.CreateAnonymous(_options.MemoryBytes, _options.BaseAddress);
        }
        catch (IOException error)
        {
            throw Failure($"has no memory of {_options.MemoryBytes} bytes", error);
        }

        port.Memory.Add(new MemoryRegion
        {
            Name = "memory",
            Memory = _memory.Region,
            PhysicalAddress = _options.PhysicalBase,
            IsPool = true,
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask PrepareAsync(FirmwareImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        FreeTable();
        if (image.ResourceTable is { } table)
        {
            try
            {
                // Before anything else is allocated: all firmware finds it at the same place.
                _table = _port!.Memory.Reserve(TableName, _options.BaseAddress, RoundUp(table.Length));
            }
            catch (MemoryMapException error)
            {
                throw new FirmwareException($"The resource table of {table.Length} bytes has no place at the start of "
                    + $"the memory of processor '{Name}': {error.Message}", error);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override DeviceAddress? PlaceTable(FirmwareImage? image, int lengthBytes)
        => _table is { } table && (ulong)lengthBytes <= table.LengthBytes ? table.Address : null;

    /// <inheritdoc/>
    protected override LinkDoorbell CreateDoorbell(VdevResource vdev)
    {
        ArgumentNullException.ThrowIfNull(vdev);
        try
        {
            return Run.AddVdev(vdev);
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
        ProcessRun run = Run;
        FirmwareStore store = start.Store!;
        try
        {
            SafeFileHandle executable = store.ImageFile
                ?? await CopyAsync(store, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            run.Start(Describe(store, executable), start, _memory!);
        }
        catch (IOException error)
        {
            throw Failure($"cannot run the firmware '{store.Name}'", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_run is not { } run)
        {
            return;
        }

        try
        {
            await run.StopAsync(_options.StopGrace, cancellationToken).ConfigureAwait(false);
            await run.DisposeAsync().ConfigureAwait(false);
            _run = null;
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            throw Failure("did not stop", error);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ShutdownAsync(CancellationToken cancellationToken)
    {
        FreeTable();
        ForgetCopy();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async ValueTask SuspendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Run.SuspendAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw Failure("cannot be suspended", error);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        try
        {
            Run.Resume();
            return ValueTask.CompletedTask;
        }
        catch (IOException error)
        {
            throw Failure("cannot be resumed", error);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask RemoveAsync()
    {
        try
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (RemoteProcessorException error)
        {
            Log.RemoveFailed(_port!.Logger, Name, error);
        }

        ForgetCopy();
        _memory?.Dispose();
        _memory = null;
    }

    private static ulong RoundUp(int lengthBytes)
        => ((ulong)lengthBytes + MemoryMap.PageBytes - 1) / MemoryMap.PageBytes * MemoryMap.PageBytes;

    private RemoteProcessorException Failure(string what, Exception error)
        => new($"Processor '{Name}' {what}: {error.Message}", error);

    private void FreeTable()
    {
        if (_table is { } table)
        {
            _port!.Memory.Free(table);
            _table = null;
        }
    }

    /// <summary>Copies an image that is in no file, once for all its runs.</summary>
    private async ValueTask<SafeFileHandle> CopyAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        if (_copy is { } copy && ReferenceEquals(store, _copied))
        {
            return copy;
        }

        ForgetCopy();
        _copy = await SealedExecutable.CreateAsync(store, cancellationToken).ConfigureAwait(false);
        _copied = store;
        return _copy;
    }

    private void ForgetCopy()
    {
        _copy?.Dispose();
        (_copy, _copied) = (null, null);
    }

    private ChildProcessOptions Describe(FirmwareStore store, SafeFileHandle executable)
    {
        bool hasLines = _options.StandardOutput == ChildOutputMode.Lines
            || _options.StandardError == ChildOutputMode.Lines;
        return new ChildProcessOptions
        {
            Path = store.Name,
            Executable = executable,
            Arguments = _options.Arguments,
            Environment = _options.Environment,
            WorkingDirectory = _options.WorkingDirectory,
            StandardOutput = _options.StandardOutput,
            StandardError = _options.StandardError,
            OnLine = hasLines ? _options.OnOutput ?? LogLine : null,
        };
    }

    private void LogLine(ChildOutputLine line)
    {
        if (line.IsError)
        {
            Log.ErrorOutput(_port!.Logger, Name, line.Text);
        }
        else
        {
            Log.Output(_port!.Logger, Name, line.Text);
        }
    }
}
