// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Kernel.Probe.Remoteproc;

/// <summary>The checks of the kernel's remoteproc devices.</summary>
internal static class RemoteprocCases
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    public static IReadOnlyList<ProbeCase> All { get; } =
    [
        new("rproc-list", LifeChecks.ListAsync),
        new("rproc-echo", LifeChecks.EchoAsync),
        new("rproc-attach", LifeChecks.AttachAsync),
        new("rproc-noticed", LifeChecks.NoticeOthersAsync),
        new("rproc-late", LifeChecks.GiveUpAsync),
        new("rproc-removed", LifeChecks.RemoveAsync),
        new("rproc-hold", LifeChecks.DieAsync),
        new("rproc-leave", LifeChecks.LeaveAsync),
        new("rproc-crashes", CrashChecks.RecoverAsync) { Limit = Long },
        new("rproc-loss", CrashChecks.LoseAsync),
        new("rproc-policy", CrashChecks.FollowPolicyAsync),
        new("rproc-coredump", CrashChecks.DumpAsync),
        new("rproc-bad", FirmwareChecks.RefuseAsync),
        new("rproc-trace", FirmwareChecks.TraceAsync),
        new("rproc-denied", RightsChecks.DenyAsync),
        new("rproc-debug", FirmwareChecks.ReadDebugAsync),
    ];
}
