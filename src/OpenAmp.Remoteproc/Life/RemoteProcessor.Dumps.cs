// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;

namespace OpenAmp.Remoteproc;

/// <content>Core dumps.</content>
public sealed partial class RemoteProcessor
{
    /// <summary>Path of the last complete dump file, or <see langword="null"/>.</summary>
    public string? LastCoreDump { get; private set; }

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
        CoreDumper dumper = await PlanDumpAsync(token.Token).ConfigureAwait(false);
        await EndWithAsync(dumper.WriteAsync(stream, token.Token), token.Token).ConfigureAwait(false);
    }

    /// <summary>Dumps after a crash, as the options say. A dump that fails is logged; it never keeps a processor from
    /// recovering.</summary>
    private async ValueTask DumpAsync(RemoteCrash crash, CancellationToken cancellationToken)
    {
        CoreDumpOptions options = _options.CoreDump;
        if (options.Mode == CoreDumpMode.Disabled)
        {
            return;
        }

        using var deadline = new Deadline(_options.DumpTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            CoreDumper dumper = await PlanDumpAsync(deadline.Token).ConfigureAwait(false);
            long longestCopy = Math.Min(options.MaxCopyBytes, Array.MaxLength);
            if (options.Mode == CoreDumpMode.Inline || dumper.LengthBytes > longestCopy)
            {
                await EndWithAsync(KeepAsync(crash, dumper.WriteAsync, deadline.Token), deadline.Token)
                    .ConfigureAwait(false);
                return;
            }

            await DumpLaterAsync(crash, dumper, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Log.DumpFailed(_options.Logger, Name, crash.Number, error);
        }
    }

    /// <summary>Says what is dumped. A driver that cannot tell the registers costs the dump nothing else.</summary>
    private async ValueTask<CoreDumper> PlanDumpAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ElfCoreNote> notes = [];
        try
        {
            ValueTask<IReadOnlyList<ElfCoreNote>> asked = _driver.GetCoreNotesAsync(cancellationToken);
            notes = asked.IsCompletedSuccessfully ? asked.Result
                : await asked.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Log.NotesFailed(_options.Logger, Name, error);
        }

        return CoreDumper.Create(Memory, Image, notes);
    }

    /// <summary>Copies the memory now, and writes the copy while the processor recovers.</summary>
    private async ValueTask DumpLaterAsync(RemoteCrash crash, CoreDumper dumper, CancellationToken cancellationToken)
    {
        // One copy at a time: a processor that crashes faster than its dumps are written waits.
        await _dumps.WaitAsync(cancellationToken).ConfigureAwait(false);
        var copy = new MemoryStream(checked((int)dumper.LengthBytes));
        await dumper.WriteAsync(copy, cancellationToken).ConfigureAwait(false);
        _dumps = Task.Run(KeepCopyAsync, CancellationToken.None);

        async Task KeepCopyAsync()
        {
            using var deadline = new Deadline(_options.DumpTimeout, _options.TimeProvider);
            try
            {
                ReadOnlyMemory<byte> bytes = copy.GetBuffer().AsMemory(0, (int)copy.Length);
                await EndWithAsync(
                    KeepAsync(crash, (stream, token) => stream.WriteAsync(bytes, token), deadline.Token),
                    deadline.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Log.DumpFailed(_options.Logger, Name, crash.Number, error);
            }
        }
    }

    // A stream is somebody else's: one that ignores the token does not hold us. The dumper no longer touches memory
    // then.
    private static Task EndWithAsync(ValueTask writing, CancellationToken cancellationToken)
        => writing.AsTask().WaitAsync(cancellationToken);

    private async ValueTask KeepAsync(
        RemoteCrash crash,
        Func<Stream, CancellationToken, ValueTask> write,
        CancellationToken cancellationToken)
    {
        if (_options.CoreDump.OpenStream is { } open)
        {
            Stream stream = await open(crash, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        LastCoreDump = await CoreDumpFile.WriteAsync(Name, crash, _options.CoreDump, write, cancellationToken)
            .ConfigureAwait(false);
        Log.Dumped(_options.Logger, Name, crash.Number, LastCoreDump);
    }
}
