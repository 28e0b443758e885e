// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>How a remote processor of the kernel is used. Only the selector has no default.</summary>
public sealed record KernelRemoteProcessorOptions
{
    /// <summary>Which processor.</summary>
    public required KernelRemoteprocSelector Selector { get; init; }

    /// <summary>Where the kernel shows its devices. This machine by default.</summary>
    public KernelRoot Root { get; init; } = KernelRoot.Machine;

    /// <summary>How it is treated: deadlines, recovery, dumps, hooks, traces, log. What the kernel does by itself and
    /// cannot be told (heartbeat, watchdog, virtio drivers, parameters, notify ids) must be left at its default.
    /// </summary>
    public RemoteProcessorOptions Processor { get; init; } = new();

    /// <summary>Whether the kernel's <c>recovery</c> and <c>coredump</c> settings are made what
    /// <see cref="RemoteProcessorOptions.Recovery"/> and <see cref="RemoteProcessorOptions.CoreDump"/> say, until the
    /// disposal: before each start and attach; at the opening only where the options ask for a recovery or a dump, so
    /// that a processor that somebody else runs keeps its own. <see langword="false"/> leaves them and only watches.
    /// True by default.</summary>
    public bool AppliesSettings { get; init; } = true;

    /// <summary>Whether the processor goes on running when it is disposed, also if it was started here. False by
    /// default: it is stopped if it was started here, and detached from if it was attached here.</summary>
    public bool LeavesRunning { get; init; }

    /// <summary>Whether the kernel stops the processor (or detaches from it) when this program ends, however it ends:
    /// the character device is held open for that. False by default.</summary>
    public bool StopsWithProgram { get; init; }

    /// <summary>Whether an RPMsg link is opened when the processor runs. True by default.</summary>
    public bool OpensLinks { get; init; } = true;

    /// <summary>How long after a start the kernel's RPMsg device may take to come up, when the firmware has one. 1 s by
    /// default.</summary>
    public TimeSpan LinkTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether firmware is checked before it is given to the kernel, and refused with the reason when the
    /// kernel would refuse it, or when it cannot work there. True by default.</summary>
    public bool ChecksFirmware { get; init; } = true;

    /// <summary>Where firmware is placed when the kernel has no search path of its own set
    /// (<c>/sys/module/firmware_class/parameters/path</c>): one of the directories it looks in, such as
    /// <c>/lib/firmware/updates</c>. By default the first of them that is there and can be written.</summary>
    public string? FirmwareDirectory { get; init; }

    /// <summary>How often the processor's state is looked at: the kernel offers no notification. 100 ms by
    /// default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often, for a second after each operation and while it is crashed. 5 ms by default.</summary>
    public TimeSpan FastPollInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether the kernel's log (<c>/dev/kmsg</c>) is read, if that is permitted: for the reasons of errors,
    /// and so that no crash is missed between two looks. True by default.</summary>
    public bool ReadsKernelLog { get; init; } = true;

    /// <summary>Writes into the kernel's files: a test's kernel is another.</summary>
    internal KernelStore Store { get; init; } = KernelCalls.Store;

    /// <summary>Throws what is wrong with the options.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Selector);
        ArgumentNullException.ThrowIfNull(Root);
        ArgumentNullException.ThrowIfNull(Processor);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FastPollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LinkTimeout, TimeSpan.Zero);
        ThrowIf(Processor.Heartbeat is not null, nameof(Processor.Heartbeat));
        ThrowIf(Processor.Watchdog is not null, nameof(Processor.Watchdog));
        ThrowIf(Processor.VdevDrivers.Count > 0, nameof(Processor.VdevDrivers));
        ThrowIf(Processor.Parameters.Count > 0, nameof(Processor.Parameters));
    }

    private static void ThrowIf(bool isSet, string option)
    {
        if (isSet)
        {
            throw new ArgumentException($"RemoteProcessorOptions.{option} does nothing for a processor of the kernel: "
                + "the kernel loads the firmware and drives its devices itself. Leave it at its default.");
        }
    }
}
