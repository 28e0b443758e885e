// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Remoteproc;

/// <summary>How a processor is treated. Everything has a default.</summary>
public sealed record RemoteProcessorOptions
{
    /// <summary>What happens when it crashes. It stays crashed by default.</summary>
    public RecoveryPolicy Recovery { get; init; } = RecoveryPolicy.Never;

    /// <summary>The dump that a crash leaves.</summary>
    public CoreDumpOptions CoreDump { get; init; } = new();

    /// <summary>What the firmware is told when it starts: pairs that go into the parameters entry of its table (version
    /// 2). None by default.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How it is asked to end before it is stopped by force; <see langword="null"/> not to ask.</summary>
    public GracefulShutdown? GracefulShutdown { get; init; } = new();

    /// <summary>Messages that must keep coming; <see langword="null"/> for none.</summary>
    public HeartbeatOptions? Heartbeat { get; init; }

    /// <summary>A counter that must keep counting; <see langword="null"/> for none.</summary>
    public WatchdogOptions? Watchdog { get; init; }

    /// <summary>What the program wants done at the turns of its life.</summary>
    public RemoteProcessorHooks? Hooks { get; init; }

    /// <summary>Where the lines of its trace buffers go, each as it comes. Nowhere by default. They are not
    /// disposed.</summary>
    public IReadOnlyList<TraceSink> TraceSinks { get; init; } = [];

    /// <summary>How its trace buffers are followed.</summary>
    public TraceFollowerOptions Trace { get; init; } = new();

    /// <summary>Who may have made the firmware; <see langword="null"/> for anyone.</summary>
    public FirmwareVerifier? Verifier { get; init; }

    /// <summary>The kinds of images, asked in this order. ELF by default.</summary>
    public IReadOnlyList<FirmwareFormat> Formats { get; init; } = [new ElfFirmwareFormat()];

    /// <summary>What happens to entries of a table that nobody knows.</summary>
    public UnknownResourcePolicy UnknownResources { get; init; } = UnknownResourcePolicy.Warn;

    /// <summary>Who chooses the notify ids of vrings. The table, by default.</summary>
    public NotifyIdPolicy NotifyIds { get; init; } = NotifyIdPolicy.Keep;

    /// <summary>Who drives which virtio device, besides RPMsg.</summary>
    public IReadOnlyList<VdevDriver> VdevDrivers { get; init; } = [];

    /// <summary>How RPMsg links behave.</summary>
    public RpmsgVdevOptions Rpmsg { get; init; } = new();

    /// <summary>How long a load may take. 30 s by default.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a start may take. 10 s by default.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stop may take, after the graceful part. 10 s by default.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a dump may take. 60 s by default.</summary>
    public TimeSpan DumpTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a driver or a hook may go on after it was told to give up; then it is left alone, and a
    /// processor that runs counts as crashed. 2 s by default.</summary>
    public TimeSpan AbandonTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The processor's log. None by default.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock of deadlines, back-off and time stamps.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Throws what is wrong with the options, before anything is set up.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Recovery);
        ArgumentNullException.ThrowIfNull(CoreDump);
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfZero(Formats.Count, nameof(Formats));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CoreDump.MaxFiles, nameof(CoreDump));
        ReadOnlySpan<(TimeSpan Time, string Name)> times =
        [
            (LoadTimeout, nameof(LoadTimeout)),
            (StartTimeout, nameof(StartTimeout)),
            (StopTimeout, nameof(StopTimeout)),
            (DumpTimeout, nameof(DumpTimeout)),
            (AbandonTimeout, nameof(AbandonTimeout)),
            (GracefulShutdown?.Timeout ?? StopTimeout, nameof(GracefulShutdown)),
            (Heartbeat?.Timeout ?? StopTimeout, nameof(Heartbeat)),
            (Heartbeat?.FirstTimeout ?? StopTimeout, nameof(Heartbeat)),
            (Watchdog?.Timeout ?? StopTimeout, nameof(Watchdog)),
        ];
        foreach ((TimeSpan time, string name) in times)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, name);
        }
    }
}
