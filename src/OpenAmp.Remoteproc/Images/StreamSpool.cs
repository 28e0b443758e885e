// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Remoteproc;

/// <summary>Turns a stream into a store: in memory while it is short, in a temporary file when it is not.</summary>
internal static class StreamSpool
{
    /// <summary>The longest image that is kept in memory.</summary>
    public const int MemoryLimitBytes = 8 << 20;

    private const int ChunkBytes = 64 << 10;

    public static async ValueTask<FirmwareStore> ReadAsync(
        Stream stream,
        string name,
        long maxLengthBytes,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLengthBytes);
        using var spool = new Spool();
        byte[] chunk = new byte[ChunkBytes];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
            {
                ThrowIfLonger(name, spool.LengthBytes + count, maxLengthBytes);
                spool.Append(chunk.AsSpan(0, count));
            }

            return spool.Complete(name);
        }
        catch (IOException error)
        {
            throw new FirmwareException(
                $"The firmware '{name}' cannot be read from its stream: {error.Message}", error);
        }
    }

    private static void ThrowIfLonger(string name, long lengthBytes, long maxLengthBytes)
    {
        if (lengthBytes > maxLengthBytes)
        {
            throw new FirmwareException($"The firmware '{name}' is longer than {maxLengthBytes} bytes, the limit for "
                + "images that the caller gave. If it is meant to be so long, give a higher one.");
        }
    }

    private sealed class Spool : IDisposable
    {
        private readonly MemoryStream _start = new();
        private SafeFileHandle? _file;

        public long LengthBytes { get; private set; }

        public void Append(ReadOnlySpan<byte> chunk)
        {
            if (_file is null && LengthBytes + chunk.Length > MemoryLimitBytes)
            {
                _file = CreateTemporary();
                RandomAccess.Write(_file, _start.GetBuffer().AsSpan(0, (int)_start.Length), 0);
                _start.SetLength(0);
            }

            if (_file is null)
            {
                _start.Write(chunk);
            }
            else
            {
                RandomAccess.Write(_file, chunk, LengthBytes);
            }

            LengthBytes += chunk.Length;
        }

        public FirmwareStore Complete(string name)
        {
            if (_file is not { } file)
            {
                return new MemoryFirmwareStore(_start.ToArray(), name);
            }

            _file = null;
            return new FileFirmwareStore(file, name, LengthBytes);
        }

        public void Dispose()
        {
            _start.Dispose();
            _file?.Dispose();
        }

        private static SafeFileHandle CreateTemporary()
            => File.OpenHandle(
                Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
                FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.None,
                FileOptions.DeleteOnClose);
    }
}
