// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.Tool.Devices;

/// <summary>The kernel's dumps of one processor: how they are set, and the one that waits to be read.</summary>
/// <remarks>The kernel keeps one dump, for five minutes, until somebody frees it; an inline one holds the recovery up
/// until then.</remarks>
internal sealed class KernelCoreDump(KernelRoot root, string node)
{
    private const string Waiting = "/sys/class/devcoredump";
    private const int CopyBytes = 64 * 1024;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly Sysfs _sysfs = new(root);

    /// <summary>disabled, enabled or inline; <see langword="null"/> when the kernel does not say.</summary>
    public string? Mode => _sysfs.Text($"/sys/class/remoteproc/{node}/coredump");

    /// <summary>Sets the mode.</summary>
    /// <exception cref="IOException">The kernel refuses; the message says what to do.</exception>
    public void SetMode(string mode) => Write($"/sys/class/remoteproc/{node}/coredump", mode);

    /// <summary>Folder of the dump that waits; <see langword="null"/> when none does.</summary>
    public string? Find() => _sysfs.Names(Waiting).Select(name => $"{Waiting}/{name}")
        .FirstOrDefault(folder => _sysfs.LinkName($"{folder}/failing_device") == node);

    /// <summary>Waits until there is one.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        string? found;
        while ((found = Find()) is null)
        {
            await Task.Delay(LookInterval, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>Copies a dump into a file, whole or not at all, and frees it.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="IOException">It cannot be read, or the file not be written.</exception>
    public async Task<long> MoveAsync(string folder, string file, CancellationToken cancellationToken)
    {
        string partial = FormattableString.Invariant($"{file}.{Environment.ProcessId}.partial");
        try
        {
            string data = root.At($"{folder}/data");
            long length = await Task.Run(() => Copy(data, partial, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            File.Move(partial, file, overwrite: true);
            Write($"{folder}/data", "1");
            return length;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{Output.Notice.OneLine(exception)}; sudo openamp udev --install lets this "
                + "user read dumps, or run this with sudo", exception);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // sysfs gives a page at most for each read: to go to another thread for each would take longer than to copy it.
    private static long Copy(string data, string file, CancellationToken cancellationToken)
    {
        using FileStream source = new(data, FileMode.Open, System.IO.FileAccess.Read, FileShare.ReadWrite, 1);
        using FileStream target = new(file, FileMode.Create, System.IO.FileAccess.Write);
        byte[] buffer = new byte[CopyBytes];
        int length;
        while ((length = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            target.Write(buffer.AsSpan(0, length));
        }

        return target.Length;
    }

    private void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(root.At(path), text);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"'{text}' cannot be written to {path}: {Output.Notice.OneLine(exception)}; while a "
                + "processor is crashed its dumps cannot be set, and without root it takes: sudo openamp udev "
                + "--install",
                exception);
        }
    }
}
