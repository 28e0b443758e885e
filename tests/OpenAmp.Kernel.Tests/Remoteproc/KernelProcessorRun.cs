// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>One power-on of the processor: its program, and the doorbells of its devices.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source holds nothing of the system.")]
internal sealed class KernelProcessorRun(Action<uint> kickHost, Action<CrashKind, string> reportCrash)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, KernelProcessorDoorbell> _doorbells = [];
    private readonly CancellationTokenSource _stop = new();

    // Kicks that came before anybody had their device open.
    private ulong _early;
    private bool _isOver;

    /// <summary>Cancelled when power goes.</summary>
    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Ends with the program; it never fails.</summary>
    internal Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Opens the firmware's end of a device's doorbell.</summary>
    internal LinkDoorbell Open(VdevResource vdev)
    {
        lock (_lock)
        {
            KernelProcessorDoorbell doorbell = new(kickHost);
            ulong mask = 0;
            foreach (VringResource ring in vdev.Vrings)
            {
                _doorbells[ring.NotifyId] = doorbell;
                mask |= 1UL << (int)ring.NotifyId;
            }

            if ((_early & mask) != 0)
            {
                _early &= ~mask;
                doorbell.Signal(DoorbellEvents.Kicked);
            }

            if (_isOver)
            {
                doorbell.Signal(DoorbellEvents.PeerGone);
            }

            return doorbell;
        }
    }

    /// <summary>Runs the program, on threads of its own choice.</summary>
    internal void Start(SimulatedFirmware firmware, RemoteEnvironment environment)
        => Ended = Task.Run(() => RunAsync(firmware, environment), CancellationToken.None);

    /// <summary>The kernel kicked: a bit for each notify id.</summary>
    internal void Ring(ulong notifyIds)
    {
        lock (_lock)
        {
            for (ulong left = notifyIds; left != 0; left &= left - 1)
            {
                uint id = (uint)BitOperations.TrailingZeroCount(left);
                if (_doorbells.TryGetValue(id, out KernelProcessorDoorbell? doorbell))
                {
                    doorbell.Signal(DoorbellEvents.Kicked);
                }
                else
                {
                    _early |= 1UL << (int)id;
                }
            }
        }
    }

    /// <summary>Takes power away: nobody rings any more, and the program is told to stop.</summary>
    internal void PowerOff()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (KernelProcessorDoorbell doorbell in _doorbells.Values)
            {
                doorbell.Signal(DoorbellEvents.PeerGone);
            }
        }

        _ = _stop.CancelAsync();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a program throws is its processor's crash.")]
    private async Task RunAsync(SimulatedFirmware firmware, RemoteEnvironment environment)
    {
        try
        {
            await firmware.RunAsync(environment, Stopping);
            Report(CrashKind.Exited, "it ended by itself");
        }
        catch (SimulatedCrashException error)
        {
            Report(error.Kind, error.Message);
        }
        catch (Exception error)
        {
            Report(CrashKind.FatalError, $"{error.GetType().Name}: {error.Message}");
        }
        finally
        {
            await environment.DisposeAsync();
        }
    }

    private void Report(CrashKind kind, string message)
    {
        if (!Stopping.IsCancellationRequested)
        {
            reportCrash(kind, message);
        }
    }
}
