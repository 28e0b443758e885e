// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>A private copy of an image that can be run and that nobody can change any more: what was checked is what
/// runs.</summary>
internal static class SealedExecutable
{
    private const int ChunkBytes = 1 << 20;
    private const int Seals = Interop.F_SEAL_WRITE | Interop.F_SEAL_GROW | Interop.F_SEAL_SHRINK | Interop.F_SEAL_SEAL;

    /// <summary>Copies an image into sealed memory.</summary>
    /// <returns>The descriptor of the copy; the caller disposes it.</returns>
    /// <exception cref="IOException">The system refused.</exception>
    /// <exception cref="FirmwareException">The image cannot be read.</exception>
    internal static async ValueTask<SafeFileHandle> CreateAsync(
        FirmwareStore store,
        CancellationToken cancellationToken)
    {
        SafeFileHandle file = Create(store.Name);
        try
        {
            await CopyAsync(store, file, cancellationToken).ConfigureAwait(false);
            if (Interop.fcntl((int)file.DangerousGetHandle(), Interop.F_ADD_SEALS, Seals) != 0)
            {
                throw Interop.Failure("fcntl(F_ADD_SEALS)", $"a copy of \"{store.Name}\"", Interop.LastErrno,
                    "Without the seals the firmware could change after it was checked.");
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SafeFileHandle Create(string name)
    {
        const uint flags = Interop.MFD_CLOEXEC | Interop.MFD_ALLOW_SEALING;
        int descriptor = Interop.memfd_create("openamp-firmware", flags | Interop.MFD_EXEC);
        if (descriptor < 0 && Interop.LastErrno == Errno.EINVAL)
        {
            descriptor = Interop.memfd_create("openamp-firmware", flags);
        }

        return Interop.Own(descriptor, "memfd_create", $"a copy of \"{name}\" to run",
            "Raise the limit of open files (ulimit -n); if vm.memfd_noexec forbids it, load the firmware from a file.");
    }

    private static async ValueTask CopyAsync(
        FirmwareStore store,
        SafeFileHandle file,
        CancellationToken cancellationToken)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, store.LengthBytes));
        try
        {
            for (long offset = 0; offset < store.LengthBytes;)
            {
                int count = (int)Math.Min(chunk.Length, store.LengthBytes - offset);
                await store.ReadAsync(offset, chunk.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await RandomAccess.WriteAsync(file, chunk.AsMemory(0, count), offset, cancellationToken)
                    .ConfigureAwait(false);
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
