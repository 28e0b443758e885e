// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>What is dumped when a processor crashes, and where to.</summary>
public sealed record CoreDumpOptions
{
    /// <summary>Whether, and who waits. Disabled by default.</summary>
    public CoreDumpMode Mode { get; init; } = CoreDumpMode.Disabled;

    /// <summary>Directory of the dumps: <c>NAME-TIME-NUMBER.core</c>, written beside and renamed when complete. The
    /// current directory by default; made when it is not there.</summary>
    public string Directory { get; init; } = ".";

    /// <summary>How many dumps of one processor stay in the directory; the oldest go. 8 by default.</summary>
    public int MaxFiles { get; init; } = 8;

    /// <summary>The most memory that <see cref="CoreDumpMode.Enabled"/> copies, in bytes; a longer dump is written
    /// inline instead. 256 MiB by default.</summary>
    public long MaxCopyBytes { get; init; } = 256L << 20;

    /// <summary>Opens the stream that a dump goes to, instead of a file; it is disposed when the dump is complete.
    /// </summary>
    public Func<RemoteCrash, CancellationToken, ValueTask<Stream>>? OpenStream { get; init; }
}
