// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux.Tests;

/// <summary>A request that breaks one rule.</summary>
internal sealed record Breakage(
    VhostUserFault Fault,
    Request Request,
    ulong[] Words,
    int DescriptorCount = 0,
    DescriptorKind Kind = DescriptorKind.Memory)
{
    /// <summary>Whether the ring's size must be known for the rule to be broken.</summary>
    internal bool NeedsSize { get; init; }

    /// <summary>Makes the descriptors that go with it, and says before it what must be said.</summary>
    internal SafeHandle[] Open(FrontEnd frontEnd)
    {
        if (NeedsSize)
        {
            frontEnd.Tell(Request.SetVringNum, [FrontEnd.Pair(0, FrontEndRings.EntryCount)]);
        }

        return [.. Enumerable.Range(0, DescriptorCount).Select(_ => OpenOne(frontEnd))];
    }

    internal void Close(SafeHandle[] handles)
    {
        if (Kind != DescriptorKind.Memory)
        {
            Array.ForEach(handles, static handle => handle.Dispose());
        }
    }

    private SafeHandle OpenOne(FrontEnd frontEnd) => Kind switch
    {
        DescriptorKind.EventFd => new EventFd().Handle,
        DescriptorKind.Socket => OneOf(Sockets.Pair()),
        DescriptorKind.Zeros => File.OpenHandle("/dev/zero"),
        DescriptorKind.ReadOnlyFile => File.OpenHandle(typeof(Breakage).Assembly.Location),
        _ => frontEnd.Memory.Handle,
    };

    private static SafeHandle OneOf((SafeHandle First, SafeHandle Second) pair)
    {
        pair.Second.Dispose();
        return pair.First;
    }
}
