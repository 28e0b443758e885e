// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>One run of a board, from its first doorbell to its stop: hears what the machine says and tells the
/// library.</summary>
internal sealed class QemuRun(string name, QemuBoard board, RemoteProcessorPort port) : IMachineListener
{
    private readonly Lock _lock = new();
    private UartDoorbell[] _doorbells = [];
    private uint[] _traceIds = [];
    private FirmwareSymbols _symbols = FirmwareSymbols.None;
    private bool _isOver;
    private bool _hasCrashed;
    private bool _isHeldByUs;

    /// <summary>The registers as a crash left them; <see langword="null"/> when nothing is known of them.</summary>
    internal IReadOnlyList<ulong>? Registers { get; private set; }

    /// <summary>Whether the machine reported a crash.</summary>
    internal bool HasCrashed
    {
        get
        {
            lock (_lock)
            {
                return _hasCrashed;
            }
        }
    }

    /// <summary>Whether a debugger holds the board.</summary>
    internal bool IsHeldByOther { get; private set; }

    /// <summary>Makes the doorbell of a virtio device.</summary>
    internal UartDoorbell AddDoorbell()
    {
        UartDoorbell doorbell = new(allowsSuppression: board.KeepsBarriers);
        lock (_lock)
        {
            _doorbells = [.. _doorbells, doorbell];
        }

        return doorbell;
    }

    /// <summary>The machine is there, and about to run.</summary>
    internal void Begin(QemuMachine machine, ResourceTable? table, FirmwareSymbols symbols)
    {
        _symbols = symbols;
        _traceIds = [.. (table?.Traces ?? []).Select(trace => trace.NotifyId).OfType<uint>().Distinct()];
        if (machine.Uart is { } uart)
        {
            Array.ForEach(_doorbells, doorbell => doorbell.Connect(uart));
        }
    }

    /// <summary>The library is about to hold the board, or to let it go on: that is nobody else's doing.</summary>
    internal void ExpectHold(bool isHeld)
    {
        lock (_lock)
        {
            _isHeldByUs = isHeld;
        }
    }

    /// <summary>The stop begins: whatever ends from now on was meant to.</summary>
    internal void End()
    {
        lock (_lock)
        {
            _isOver = true;
        }
    }

    /// <summary>The board stands still.</summary>
    internal void Finish() => Array.ForEach(_doorbells, doorbell => doorbell.BoardGone());

    public void Rang()
    {
        foreach (UartDoorbell doorbell in _doorbells)
        {
            doorbell.BoardRang();
        }

        foreach (uint id in _traceIds)
        {
            port.ReportNotification(id);
        }
    }

    public void Panicked()
    {
        // Firmware without a record may mean a kick by any byte.
        if (_symbols.PanicRecordAddress is not { } address)
        {
            return;
        }

        byte[] bytes = new byte[PanicRecord.LengthBytes(board.Machine)];
        if (!TryCopy(address, bytes))
        {
            Crash(CrashKind.FatalError, $"The firmware says that it gave up; its panic record at "
                + $"{_symbols.Describe(address)} lies outside the memory that is shared.", null);
        }
        else if (PanicRecord.TryRead(bytes, board.Machine, out PanicRecord? record, out string fault))
        {
            Crash(record!.Kind, record.Describe(_symbols), record.Registers);
        }
        else
        {
            Crash(CrashKind.FatalError, $"The firmware says that it gave up; its panic record is damaged: {fault}.",
                null);
        }
    }

    public void Happened(QmpEvent happening)
    {
        switch (happening.Name)
        {
            case "SHUTDOWN" when happening.Flag("guest"):
                Crash(
                    CrashKind.Exited,
                    happening.Text("reason") == "guest-reset" ? "The firmware reset the board."
                        : "The firmware turned the board off.",
                    null);
                break;
            case "WATCHDOG":
                Crash(CrashKind.Watchdog, "The board's hardware watchdog expired.", null);
                break;
            case "GUEST_PANICKED":
                Crash(CrashKind.FatalError, "The firmware told the emulator that it gave up.", null);
                break;
            case "STOP":
                SetHeld(true);
                break;
            case "RESUME":
                SetHeld(false);
                break;
        }
    }

    public void Ended(QemuEnd how)
    {
        if (how.IsLockup)
        {
            ulong[]? registers = RegisterText.TryRead(string.Join('\n', how.Output), board.Machine, 0);
            string where = registers is null ? "" : $" at {_symbols.Describe(registers[^2])}";
            Crash(CrashKind.FatalError, $"The processor locked up{where}: {how.Reason}.", registers);
        }
        else
        {
            string exit = how.Exit?.ToString() ?? "cannot be watched any more";
            Crash(CrashKind.Exited, $"QEMU {exit}; it said last: {how.Reason}.", null);
        }

        // After the report, which says more than a link that finds its peer gone.
        Finish();
    }

    private void SetHeld(bool isHeld)
    {
        bool isOther;
        lock (_lock)
        {
            if (_hasCrashed || _isOver || (isHeld && _isHeldByUs) || IsHeldByOther == isHeld)
            {
                return;
            }

            IsHeldByOther = isHeld;
            isOther = isHeld;
        }

        if (isOther)
        {
            Log.Held(port.Logger, name);
        }
        else
        {
            Log.Released(port.Logger, name);
        }

        port.ReportHeld(isHeld);
    }

    private void Crash(CrashKind kind, string message, IReadOnlyList<ulong>? registers)
    {
        lock (_lock)
        {
            if (_isOver || _hasCrashed)
            {
                return;
            }

            _hasCrashed = true;
            Registers = registers;
        }

        port.ReportCrash(kind, message);
    }

    private unsafe bool TryCopy(ulong address, Span<byte> destination)
    {
        if (!port.Memory.TryTranslate(
            new DeviceAddress(address), (ulong)destination.Length, out SharedRegion memory))
        {
            return false;
        }

        // SAFETY: the map vouches for the range; it is copied once and then looked at.
        new ReadOnlySpan<byte>(memory.Start, destination.Length).CopyTo(destination);
        return true;
    }
}
