// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;

namespace OpenAmp.Remoteproc;

/// <content>Core dumps.</content>
internal sealed partial class DrivenProcessor
{
    /// <inheritdoc/>
    protected override async ValueTask DumpCoreAsync(Stream stream, CancellationToken cancellationToken)
    {
        CoreDumper dumper = await PlanDumpAsync(cancellationToken).ConfigureAwait(false);
        await EndWithAsync(dumper.WriteAsync(stream, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Dumps after a crash, as the options say. A dump that fails is logged; it never keeps a processor from
    /// recovering.</summary>
    private async ValueTask DumpAsync(RemoteCrash crash, CancellationToken cancellationToken)
    {
        CoreDumpOptions options = Options.CoreDump;
        if (options.Mode == CoreDumpMode.Disabled)
        {
            return;
        }

        using var deadline = new Deadline(Options.DumpTimeout, Options.TimeProvider, cancellationToken);
        try
        {
            CoreDumper dumper = await PlanDumpAsync(deadline.Token).ConfigureAwait(false);
            long longestCopy = Math.Min(options.MaxCopyBytes, Array.MaxLength);
            if (options.Mode == CoreDumpMode.Inline || dumper.LengthBytes > longestCopy)
            {
                await EndWithAsync(KeepCoreDumpAsync(crash, dumper.WriteAsync, deadline.Token), deadline.Token)
                    .ConfigureAwait(false);
                return;
            }

            await DumpLaterAsync(crash, dumper, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Log.DumpFailed(Options.Logger, Name, crash.Number, error);
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
            Log.NotesFailed(Options.Logger, Name, error);
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
            using var deadline = new Deadline(Options.DumpTimeout, Options.TimeProvider);
            try
            {
                ReadOnlyMemory<byte> bytes = copy.GetBuffer().AsMemory(0, (int)copy.Length);
                await EndWithAsync(
                    KeepCoreDumpAsync(crash, (stream, token) => stream.WriteAsync(bytes, token), deadline.Token),
                    deadline.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Log.DumpFailed(Options.Logger, Name, crash.Number, error);
            }
        }
    }

    // A stream is somebody else's: one that ignores the token does not hold us. The dumper no longer touches memory
    // then.
    private static Task EndWithAsync(ValueTask writing, CancellationToken cancellationToken)
        => writing.AsTask().WaitAsync(cancellationToken);
}
