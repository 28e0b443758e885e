// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Core.Tests;

/// <summary>What a <see cref="TestPlatform"/> changes: its doorbell, and a hook at each place where the core says
/// that it is about to read shared memory or has just written it.</summary>
internal sealed class TestMachine
{
    public TestMachine(SharedRegion region) => Region = region;

    public SharedRegion Region { get; }

    public long NotifyCount { get; private set; }

    public uint LastNotifyId { get; private set; }

    /// <summary>Runs inside each doorbell ring.</summary>
    public Action? OnNotify { get; set; }

    /// <summary>Runs inside each cache operation: the places where the peer may be thought to run.</summary>
    public Action? OnAccess { get; set; }

    public void Notify(uint notifyId)
    {
        NotifyCount++;
        LastNotifyId = notifyId;
        OnNotify?.Invoke();
    }
}
