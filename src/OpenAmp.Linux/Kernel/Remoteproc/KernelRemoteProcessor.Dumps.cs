// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>The kernel's dumps: <c>/sys/class/devcoredump</c>.</content>
public sealed partial class KernelRemoteProcessor
{
    private const string DumpClass = "/sys/class/devcoredump";
    private const int DumpCopyBytes = 64 * 1024;

    private Task _dump = Task.CompletedTask;
    private string? _failedDump;

    // An inline dump holds the recovery until it is read and freed; one that failed is freed or waited for by nobody.
    private bool IsDumpPending => !_dump.IsCompleted;

    /// <inheritdoc/>
    /// <remarks>Not offered: the kernel shows the memory of a processor only when it recovers it from a
    /// crash.</remarks>
    protected override ValueTask DumpCoreAsync(Stream stream, CancellationToken cancellationToken)
        => throw new NotSupportedException($"Processor '{Name}' is the kernel's, which dumps its memory only when it "
            + "recovers it from a crash: set RemoteProcessorOptions.CoreDump, and a dump is kept at each.");

    /// <summary>Begins to take a dump that the kernel offers, unless one is being taken.</summary>
    private void CollectDump()
    {
        if (Options.CoreDump.Mode == CoreDumpMode.Disabled || IsDumpPending
            || FindDump() is not { } dump || dump == _failedDump)
        {
            return;
        }

        RemoteCrash crash = LastCrash ?? new RemoteCrash(
            CrashKind.FatalError, "It crashed before it was opened.", Options.TimeProvider.GetUtcNow(), 0);
        _dump = Task.Run(() => TakeDumpAsync(dump, crash), CancellationToken.None);
    }

    /// <summary>The directory of the dump of this processor. There is one at most: a second is thrown away by the
    /// kernel while the first has not been freed.</summary>
    private string? FindDump()
    {
        string classDirectory = _options.Root.At(DumpClass);
        return !Directory.Exists(classDirectory) ? null
            : Directory.EnumerateFileSystemEntries(classDirectory, "devcd*")
                .FirstOrDefault(entry => Path.GetFileName(
                    new FileInfo(Path.Combine(entry, "failing_device")).LinkTarget?.TrimEnd('/')) == _node.Name);
    }

    private async Task TakeDumpAsync(string dump, RemoteCrash crash)
    {
        string data = Path.Combine(dump, "data");
        using var deadline = new CancellationTokenSource(Options.DumpTimeout, Options.TimeProvider);
        bool isKept = false;
        try
        {
            await KeepCoreDumpAsync(crash, (stream, token) => CopyDumpAsync(data, stream, token), deadline.Token)
                .ConfigureAwait(false);
            isKept = true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            RemoteprocLog.DumpFailed(Options.Logger, Name, crash.Number, error);
        }

        // What could not be kept stays for somebody else, five minutes long. Not so an inline dump: the kernel would
        // wait for that long before it recovers.
        _failedDump = isKept ? null : dump;
        if (isKept || Options.CoreDump.Mode == CoreDumpMode.Inline)
        {
            KernelStoreResult freed = await KernelCalls.StoreAsync(_options.Store, data, "1").ConfigureAwait(false);
            if (freed.Errno is not (0 or Errno.ENOENT or Errno.ENODEV))
            {
                _failedDump = dump;
                RemoteprocLog.DumpFailed(
                    Options.Logger,
                    Name,
                    crash.Number,
                    Interop.Failure("write", data, freed.Errno, "It is not freed."));
            }
        }
    }

    private static async ValueTask CopyDumpAsync(string data, Stream stream, CancellationToken cancellationToken)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(data);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"'{data}' may not be read. {RemoteprocAdvice.ForDenied}", error);
        }

        using (file)
        {
            byte[] buffer = new byte[DumpCopyBytes];
            long offset = 0;
            while (true)
            {
                long at = offset;
                int length = await KernelCalls.RunAsync("read dump", () => Fill(file, buffer, at))
                    .WaitAsync(cancellationToken).ConfigureAwait(false);
                if (length == 0)
                {
                    return;
                }

                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                offset += length;
            }
        }
    }

    // A read brings a page at most: a thread for each would cost more than the copy.
    private static int Fill(SafeFileHandle file, byte[] buffer, long offset)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(length), offset + length);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }
}
