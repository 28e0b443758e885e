// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Remoteproc;

/// <summary>An image in a file that is kept open.</summary>
internal sealed class FileFirmwareStore(SafeFileHandle file, string name, long lengthBytes) : FirmwareStore
{
    public override string Name => name;

    public override long LengthBytes => lengthBytes;

    // A temporary file is open for writing, and such a file cannot be run.
    public override SafeFileHandle? ImageFile => IsReadOnly ? file : null;

    private bool IsReadOnly { get; init; }

    public static FileFirmwareStore Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var store = new FileFirmwareStore(file, path, RandomAccess.GetLength(file))
            {
                IsReadOnly = true,
            };
            file = null;
            return store;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FirmwareException(
                $"The firmware '{path}' cannot be opened: {error.Message} Give the path of a readable file.",
                error);
        }
        finally
        {
            file?.Dispose();
        }
    }

    public override async ValueTask ReadAsync(
        long offsetBytes,
        Memory<byte> destination,
        CancellationToken cancellationToken)
    {
        int wanted = destination.Length;
        long offset = offsetBytes;
        while (destination.Length > 0)
        {
            int count = await ReadSomeAsync(destination, offset, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw FirmwareException.EndsEarly(name, offset, offsetBytes, wanted);
            }

            offset += count;
            destination = destination[count..];
        }
    }

    protected override ValueTask DisposeCoreAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<int> ReadSomeAsync(
        Memory<byte> destination,
        long offset,
        CancellationToken cancellationToken)
    {
        try
        {
            return await RandomAccess.ReadAsync(file, destination, offset, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new FirmwareException(
                $"The firmware '{name}' cannot be read at offset 0x{offset:x}: {error.Message}",
                error);
        }
    }
}
