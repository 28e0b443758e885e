// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Simulation;

/// <summary>One power-on of a simulated processor: its wires, and its program once that runs.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source holds nothing of the system.")]
internal sealed class SimulatedRun(RemoteProcessorPort port)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, SimulatedWire> _wires = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _isOver;

    public SimulatedHold Hold { get; } = new();

    /// <summary>Cancelled when power goes.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Ends with the program; it never fails.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public LinkDoorbell Open(SimulatedSide side, VdevResource vdev)
    {
        lock (_lock)
        {
            if (!_wires.TryGetValue(vdev.Ordinal, out SimulatedWire? wire))
            {
                wire = new SimulatedWire();
                _wires.Add(vdev.Ordinal, wire);
            }

            SimulatedDoorbell end = wire.Open(side, Hold);
            if (_isOver)
            {
                wire.Cut();
            }

            return end;
        }
    }

    /// <summary>Runs the program, on threads of its own choice.</summary>
    public void Run(SimulatedFirmware firmware, RemoteEnvironment environment)
    {
        // It is another processor: nothing of the caller's context reaches it.
        using AsyncFlowControl control = ExecutionContext.SuppressFlow();
        Ended = Task.Run(() => RunAsync(firmware, environment));
    }

    /// <summary>Makes it crash: the program is told to stop, and the host that it crashed.</summary>
    public void Crash(CrashKind kind, string message)
    {
        port.ReportCrash(kind, message);
        PowerOff();
    }

    /// <summary>Takes power away: nobody rings any more, and the program is told to stop.</summary>
    public void PowerOff()
    {
        lock (_lock)
        {
            _isOver = true;
        }

        CutWires();
        Hold.Release();
        WakeWires();
        _ = _stop.CancelAsync();
    }

    /// <summary>The host no longer hears from it.</summary>
    public void CutWires() => ForEachWire(static wire => wire.Cut());

    public void WakeWires() => ForEachWire(static wire => wire.LookAgain());

    private void ForEachWire(Action<SimulatedWire> action)
    {
        SimulatedWire[] wires;
        lock (_lock)
        {
            wires = [.. _wires.Values];
        }

        foreach (SimulatedWire wire in wires)
        {
            action(wire);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a program throws is its processor's crash.")]
    private async Task RunAsync(SimulatedFirmware firmware, RemoteEnvironment environment)
    {
        try
        {
            await firmware.RunAsync(environment, Stopping).ConfigureAwait(false);
            Report(CrashKind.Exited, $"Firmware '{firmware.Name}' ended by itself.");
        }
        catch (SimulatedCrashException error)
        {
            Report(error.Kind, $"Firmware '{firmware.Name}' crashed: {error.Message}");
        }
        catch (Exception error)
        {
            Report(CrashKind.FatalError, $"Firmware '{firmware.Name}' failed: {error.GetType().Name}: {error.Message}");
        }
        finally
        {
            await environment.DisposeAsync().ConfigureAwait(false);
        }
    }

    // First the reason, then the silence: the host would take the silence for the reason.
    private void Report(CrashKind kind, string message)
    {
        if (!Stopping.IsCancellationRequested)
        {
            port.ReportCrash(kind, message);
        }

        PowerOff();
    }
}
