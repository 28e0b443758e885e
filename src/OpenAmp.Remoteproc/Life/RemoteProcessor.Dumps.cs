// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>Core dumps.</content>
public abstract partial class RemoteProcessor
{
    /// <summary>Path of the last complete dump file, or <see langword="null"/>.</summary>
    public string? LastCoreDump { get; protected set; }

    /// <summary>Writes the processor's memory as an ELF core dump, whatever state it is in. While it runs the dump is
    /// not of one moment.</summary>
    /// <param name="stream">Where to; it is not disposed. It need not be seekable.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>Completes when all was written.</returns>
    /// <remarks>As Linux writes it: ET_CORE, one PT_LOAD for each carveout and segment, p_vaddr = p_paddr = device
    /// address; and, which Linux does not write, a note with the registers when the driver knows them.</remarks>
    public async ValueTask DumpAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using OperationTurn turn = await _gate.EnterAsync(preempts: false, cancellationToken).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, turn.Preempted);
        await DumpCoreAsync(stream, token.Token).ConfigureAwait(false);
    }

    /// <summary>Writes a dump: <see cref="DumpAsync"/>.</summary>
    /// <param name="stream">Where to; one that ignores the token must not hold the operation.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>Completes when all was written.</returns>
    protected virtual ValueTask DumpCoreAsync(Stream stream, CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(DumpCoreAsync));

    /// <summary>Keeps the dump of a crash where <see cref="RemoteProcessorOptions.CoreDump"/> says: in the stream that
    /// it opens, or in a file that becomes <see cref="LastCoreDump"/>.</summary>
    /// <param name="crash">The crash.</param>
    /// <param name="write">Writes the dump.</param>
    /// <param name="cancellationToken">Ends the writing; no file is left then.</param>
    /// <returns>Completes when it is complete.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token ended.</exception>
    protected async ValueTask KeepCoreDumpAsync(
        RemoteCrash crash,
        Func<Stream, CancellationToken, ValueTask> write,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crash);
        ArgumentNullException.ThrowIfNull(write);
        if (Options.CoreDump.OpenStream is { } open)
        {
            Stream stream = await open(crash, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        LastCoreDump = await CoreDumpFile.WriteAsync(Name, crash, Options.CoreDump, write, cancellationToken)
            .ConfigureAwait(false);
        Log.Dumped(Options.Logger, Name, crash.Number, LastCoreDump);
    }
}
