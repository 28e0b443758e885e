// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Remoteproc;

/// <summary>Where an image's bytes come from: the C library's image store.</summary>
/// <remarks>Read at any offset, any number of times: a restart reads the segments again. A source that only goes
/// forward is spooled first, see <see cref="FromStreamAsync"/>. One reader at a time.</remarks>
public abstract class FirmwareStore : IAsyncDisposable
{
    /// <summary>What people call it: a path, usually.</summary>
    public abstract string Name { get; }

    /// <summary>Length of the image in bytes.</summary>
    public abstract long LengthBytes { get; }

    /// <summary>The open file that is the image from its first byte to its last, open for reading only; for a driver
    /// that runs the file itself. <see langword="null"/> when the bytes are elsewhere. Owned by the store.</summary>
    public virtual SafeFileHandle? ImageFile => null;

    /// <summary>Opens a file. The file that is open is the one that is read, whatever the path names later.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The store; the caller disposes it, or the processor that it is given to.</returns>
    /// <exception cref="FirmwareException">The file cannot be opened; the message says why.</exception>
    public static FirmwareStore FromFile(string path) => FileFirmwareStore.Open(path);

    /// <summary>Takes bytes that are in memory already.</summary>
    /// <param name="image">The image. Nobody may change it while the store is in use.</param>
    /// <param name="name">What people call it.</param>
    /// <returns>The store.</returns>
    public static FirmwareStore FromMemory(ReadOnlyMemory<byte> image, string name = "memory")
        => new MemoryFirmwareStore(image, name);

    /// <summary>Reads a stream to its end, so that it can be read anywhere: into memory, or into a temporary file once
    /// it is longer than <see cref="StreamSpool.MemoryLimitBytes"/>.</summary>
    /// <param name="stream">The image; it need not be seekable. The caller disposes it.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="maxLengthBytes">The longest image that is accepted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The store; disposing it removes the temporary file.</returns>
    /// <exception cref="FirmwareException">The stream is longer than that, or cannot be read.</exception>
    public static ValueTask<FirmwareStore> FromStreamAsync(
        Stream stream,
        string name,
        long maxLengthBytes,
        CancellationToken cancellationToken)
        => StreamSpool.ReadAsync(stream, name, maxLengthBytes, cancellationToken);

    /// <summary>Reads bytes of the image, as many as asked for.</summary>
    /// <param name="offsetBytes">Where they start.</param>
    /// <param name="destination">Where they go; it may be the remote's own memory.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Completes when all of them are there.</returns>
    /// <exception cref="FirmwareException">The image has become shorter, or cannot be read.</exception>
    public abstract ValueTask ReadAsync(
        long offsetBytes,
        Memory<byte> destination,
        CancellationToken cancellationToken);

    /// <summary>Lets go of the file.</summary>
    /// <returns>Completes when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await DisposeCoreAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the store holds. Called at least once.</summary>
    /// <returns>Completes when that is done.</returns>
    protected abstract ValueTask DisposeCoreAsync();
}
