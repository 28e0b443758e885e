// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <content>Objects with a name, found in /dev/shm by every process of the machine.</content>
public sealed unsafe partial class SharedMemory
{
    /// <summary>The longest name in bytes of UTF-8 (NAME_MAX).</summary>
    public const int MaxNameBytes = 255;

    private const string Folder = "/dev/shm/";
    private const uint OwnerOnly = 0x180; // 0600
    private const int MaxOpenAttempts = 16;

    /// <summary>Maps the object of a name, and makes or grows it where needed. It is never shrunk or cleared: what an
    /// earlier run left in it stays.</summary>
    /// <param name="name">The name, without a slash: "openamp.shm" is /dev/shm/openamp.shm.</param>
    /// <param name="lengthBytes">Length to map in bytes, 1 to <see cref="MaxLengthBytes"/>. A longer object is mapped
    /// up to this length.</param>
    /// <param name="address">Device address of the first byte.</param>
    /// <returns>The memory; the caller disposes it. A new object belongs to this user alone (mode 0600).</returns>
    /// <exception cref="ArgumentException">The name or the length is invalid; nothing was created.</exception>
    /// <exception cref="IOException">The system refused; the message says what and what to do.</exception>
    /// <remarks>Blocks while another process holds the object's advisory lock, which both sides hold for the moment
    /// in which they size it.</remarks>
    public static SharedMemory OpenOrCreate(string name, long lengthBytes, DeviceAddress address = default)
    {
        ThrowIfNameInvalid(name);
        ThrowIfLengthInvalid(lengthBytes);
        SafeFileHandle handle = OpenOrCreateFile(name, out bool created);
        return MapOrClose(handle, name, address, () =>
        {
            try
            {
                Size(handle, name, lengthBytes);
                return lengthBytes;
            }
            catch when (created)
            {
                _ = Interop.unlink(PathOf(name)); // What failed must not leave an empty object behind.
                throw;
            }
        });
    }

    /// <summary>Maps all of an object that exists.</summary>
    /// <param name="name">The name, without a slash.</param>
    /// <param name="address">Device address of the first byte.</param>
    /// <returns>The memory; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    /// <exception cref="IOException">There is no such object, or the system refused.</exception>
    public static SharedMemory OpenExisting(string name, DeviceAddress address = default)
    {
        ThrowIfNameInvalid(name);
        int descriptor = Open(name, flags: 0);
        if (descriptor < 0)
        {
            throw OpenFailure(name, Interop.LastErrno);
        }

        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        return MapOrClose(handle, name, address, () => LengthOf(handle, name));
    }

    /// <summary>Removes the name of an object. Processes that map it keep it until they unmap it.</summary>
    /// <param name="name">The name, without a slash.</param>
    /// <returns><see langword="false"/> when there was no such object.</returns>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    /// <exception cref="IOException">The system refused.</exception>
    public static bool Unlink(string name)
    {
        ThrowIfNameInvalid(name);
        if (Interop.unlink(PathOf(name)) == 0)
        {
            return true;
        }

        int errno = Interop.LastErrno;
        return errno == Errno.ENOENT
            ? false
            : throw Interop.Failure("unlink", Describe(name), errno, "Only its owner may remove it.");
    }

    private static SafeFileHandle OpenOrCreateFile(string name, out bool created)
    {
        // Two calls instead of one O_CREAT, to know who created it; a peer may unlink or create it in between.
        for (int attempt = 0; attempt < MaxOpenAttempts; attempt++)
        {
            created = false;
            int descriptor = Open(name, flags: 0);
            if (descriptor < 0 && Interop.LastErrno == Errno.ENOENT)
            {
                created = true;
                descriptor = Open(name, Interop.O_CREAT | Interop.O_EXCL);
            }

            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            if (Interop.LastErrno is not (Errno.EEXIST or Errno.EINTR))
            {
                throw OpenFailure(name, Interop.LastErrno);
            }
        }

        throw new IOException($"{Describe(name)} was created and removed {MaxOpenAttempts} times while being opened. "
            + "Stop the process that does so.");
    }

    private static void Size(SafeFileHandle handle, string name, long lengthBytes)
    {
        int descriptor = (int)handle.DangerousGetHandle();
        while (Interop.flock(descriptor, Interop.LOCK_EX) != 0)
        {
            if (Interop.LastErrno != Errno.EINTR)
            {
                throw Interop.Failure("flock", Describe(name), Interop.LastErrno, "Free kernel memory and try again.");
            }
        }

        try
        {
            Reserve(handle, name, LengthOrZero(descriptor), lengthBytes);
        }
        finally
        {
            _ = Interop.flock(descriptor, Interop.LOCK_UN);
        }
    }

    private static long LengthOrZero(int descriptor)
        => Math.Max(0, Interop.lseek(descriptor, 0, Interop.SEEK_END));

    private static int Open(string name, int flags)
        => Interop.open(PathOf(name), Interop.O_RDWR | Interop.O_CLOEXEC | Interop.O_NOFOLLOW | flags, OwnerOnly);

    private static IOException OpenFailure(string name, int errno)
        => Interop.Failure("open", Describe(name), errno, errno switch
        {
            Errno.EACCES => "It belongs to another user: run as that user, or have its owner remove it.",
            Errno.ENOENT => "Start the side that creates it first, or mount a tmpfs at /dev/shm.",
            Errno.EMFILE => "Raise the limit of open files (ulimit -n).",
            _ => "Check what lies at this path; only a plain file is opened.",
        });

    private static string PathOf(string name) => Folder + name;

    private static void ThrowIfNameInvalid(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
        {
            throw new ArgumentException($"\"{name}\" cannot name shared memory: a name is one file name in {Folder}, "
                + "without a slash or a zero character.", nameof(name));
        }

        int lengthBytes = Encoding.UTF8.GetByteCount(name);
        if (lengthBytes > MaxNameBytes)
        {
            throw new ArgumentException($"The name of shared memory is {lengthBytes} bytes long; at most "
                + $"{MaxNameBytes} are possible: \"{name}\".", nameof(name));
        }
    }
}
