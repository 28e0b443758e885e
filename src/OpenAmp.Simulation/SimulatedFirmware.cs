// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Simulation;

/// <summary>A program that a simulated processor can run: C# that sees only what a real remote would see.</summary>
/// <remarks>One object serves every run of it, one run after another unless several processors share it. What it keeps
/// in fields outlives a restart; what it keeps in the processor's memory does not.</remarks>
public abstract class SimulatedFirmware
{
    /// <summary>Its name: an image says by it which program it stands for, see <see cref="SimulatedImage"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Makes firmware of a delegate.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">What it does; see <see cref="RunAsync"/>.</param>
    /// <returns>The firmware.</returns>
    public static SimulatedFirmware Create(string name, Func<RemoteEnvironment, CancellationToken, Task> run)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(run);
        return new DelegateFirmware(name, run);
    }

    /// <summary>Runs it. Returning or throwing is a crash, unless the processor is being stopped.</summary>
    /// <param name="environment">Its table, its memory and the way to its host. It is valid until this returns, and
    /// not disposed by the firmware.</param>
    /// <param name="stopping">Cancelled when the processor is stopped: power goes. Code that goes on regardless keeps
    /// the processor from stopping.</param>
    /// <returns>Completes when it is over.</returns>
    public abstract Task RunAsync(RemoteEnvironment environment, CancellationToken stopping);

    private sealed class DelegateFirmware(string name, Func<RemoteEnvironment, CancellationToken, Task> run)
        : SimulatedFirmware
    {
        public override string Name => name;

        public override Task RunAsync(RemoteEnvironment environment, CancellationToken stopping)
            => run(environment, stopping);
    }
}
