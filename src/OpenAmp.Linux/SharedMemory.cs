// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>Memory that two processes map: a POSIX shared memory object with a name, or one without.</summary>
/// <remarks>
/// <para>The owner maps the memory for as long as it is not disposed; every pointer from <see cref="Region"/> dies with
/// it. There is no finalizer on purpose: memory that somebody forgot to release is a leak, memory that vanishes under a
/// thread that still uses a pointer is a crash.</para>
/// <para>All pages are reserved before the object is handed out, so a full file system is an exception here and not a
/// SIGBUS later. Whoever may write to a named object may still shrink it under us; unnamed ones are sealed against
/// that.</para>
/// </remarks>
public sealed unsafe partial class SharedMemory : IDisposable
{
    /// <summary>The largest object that is made or mapped: 1 TiB, in bytes.</summary>
    public const long MaxLengthBytes = 1L << 40;

    /// <summary>The size huge pages have here: lengths of such memory are multiples of 2 MiB.</summary>
    public const long HugePageBytes = 2L << 20;

    private readonly SharedRegion _region;
    private int _disposed;

    private SharedMemory(
        SafeFileHandle handle, string? name, long lengthBytes, DeviceAddress address, bool locks = true)
    {
        string target = Describe(name);
        void* start = Interop.mmap(null, (nuint)lengthBytes, Interop.PROT_READ_WRITE, Interop.MAP_SHARED,
            (int)handle.DangerousGetHandle(), 0);
        if (Interop.IsMapFailed(start))
        {
            int errno = Interop.LastErrno;
            throw Interop.Failure("mmap", $"{lengthBytes} bytes of {target}", errno, errno == Errno.ENOMEM
                ? "Free memory, or raise the address space limit (ulimit -v); for huge pages, vm.nr_hugepages."
                : "Check that the descriptor is one of shared memory, open for reading and writing.");
        }

        if (!locks)
        {
            LockFailure = "It is sparse: nothing of it is kept resident.";
        }
        else if (Interop.mlock(start, (nuint)lengthBytes) != 0)
        {
            LockFailure = Interop.Failure("mlock", target, Interop.LastErrno,
                "The memory works but may be paged out; raise RLIMIT_MEMLOCK (ulimit -l) to keep it resident.").Message;
        }

        Handle = handle;
        Name = name;
        _region = new SharedRegion((byte*)start, (ulong)lengthBytes, address);
    }

    /// <summary>The descriptor of the object, to be passed to another process. Owned by this object.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The name in /dev/shm; <see langword="null"/> for an object without one.</summary>
    public string? Name { get; }

    /// <summary>Length of the mapping in bytes.</summary>
    public long LengthBytes => (long)_region.LengthBytes;

    /// <summary>Whether the pages are locked into memory. Failing to lock them is no error: see
    /// <see cref="LockFailure"/>.</summary>
    public bool IsLocked => LockFailure is null;

    /// <summary>Why the pages could not be locked, and what helps; <see langword="null"/> when they are.</summary>
    public string? LockFailure { get; }

    /// <summary>The mapped bytes. Its pointers are valid until this object is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The memory is unmapped already.</exception>
    public SharedRegion Region
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return _region;
        }
    }

    /// <summary>Makes memory without a name, zeroed, to be shared by passing <see cref="Handle"/>.</summary>
    /// <param name="lengthBytes">Length in bytes, 1 to <see cref="MaxLengthBytes"/>; with huge pages a multiple of
    /// <see cref="HugePageBytes"/>.</param>
    /// <param name="address">Device address of the first byte.</param>
    /// <param name="hugePages">Whether to use pages of 2 MiB, which the administrator must have reserved.</param>
    /// <returns>The memory; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of range.</exception>
    /// <exception cref="IOException">The system refused; the message says what and what to do.</exception>
    public static SharedMemory CreateAnonymous(long lengthBytes, DeviceAddress address = default,
        bool hugePages = false)
    {
        ThrowIfLengthInvalid(lengthBytes);
        if (hugePages && lengthBytes % HugePageBytes != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(lengthBytes), lengthBytes,
                $"Memory of huge pages has a length that is a multiple of {HugePageBytes} bytes.");
        }

        uint flags = Interop.MFD_CLOEXEC | Interop.MFD_ALLOW_SEALING
            | (hugePages ? Interop.MFD_HUGETLB | Interop.MFD_HUGE_2MB : 0);
        SafeFileHandle handle = Interop.Own(Interop.memfd_create("openamp", flags), "memfd_create",
            Describe(name: null), "Raise the limit of open files (ulimit -n), or do without huge pages.");
        return MapOrClose(handle, name: null, address, () =>
        {
            Reserve(handle, name: null, oldLengthBytes: 0, lengthBytes);
            SealLength(handle);
            return lengthBytes;
        });
    }

    /// <summary>Makes memory without a name whose pages come when they are touched, for large memories of which little
    /// is used: the emulated memory of a board.</summary>
    /// <param name="lengthBytes">Length in bytes, 1 to <see cref="MaxLengthBytes"/>.</param>
    /// <param name="address">Device address of the first byte.</param>
    /// <returns>The memory, zeroed, not locked; the caller disposes it.</returns>
    /// <remarks>Nothing is reserved: on a machine without free memory the system kills a process when a page is
    /// touched, as for all memory that programs allocate.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of range.</exception>
    /// <exception cref="IOException">The system refused; the message says what and what to do.</exception>
    public static SharedMemory CreateSparse(long lengthBytes, DeviceAddress address = default)
    {
        ThrowIfLengthInvalid(lengthBytes);
        SafeFileHandle handle = Interop.Own(
            Interop.memfd_create("openamp", Interop.MFD_CLOEXEC | Interop.MFD_ALLOW_SEALING), "memfd_create",
            Describe(name: null), "Raise the limit of open files (ulimit -n).");
        try
        {
            if (Interop.ftruncate((int)handle.DangerousGetHandle(), lengthBytes) != 0)
            {
                throw Interop.Failure("ftruncate", $"{Describe(name: null)} to {lengthBytes} bytes", Interop.LastErrno,
                    "Check the file size limit (ulimit -f).");
            }

            SealLength(handle);
            return new SharedMemory(handle, name: null, lengthBytes, address, locks: false);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Maps all of an object whose descriptor another process passed.</summary>
    /// <param name="handle">The descriptor; owned by the result, and closed when this fails.</param>
    /// <param name="address">Device address of the first byte.</param>
    /// <returns>The memory; the caller disposes it.</returns>
    /// <exception cref="IOException">The descriptor is not one of shared memory, or cannot be mapped.</exception>
    public static SharedMemory FromHandle(SafeFileHandle handle, DeviceAddress address = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return MapOrClose(handle, name: null, address, () => LengthOf(handle, name: null));
    }

    /// <summary>Unmaps the memory and closes the descriptor. A named object stays: see
    /// <see cref="Unlink"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // It cannot fail: the range is the one mmap returned, and only this line unmaps it.
        _ = Interop.munmap(_region.Start, (nuint)_region.LengthBytes);
        Handle.Dispose();
    }

    private static void SealLength(SafeFileHandle handle)
    {
        if (Interop.fcntl((int)handle.DangerousGetHandle(), Interop.F_ADD_SEALS, Interop.F_SEAL_SHRINK) != 0)
        {
            throw Interop.Failure("fcntl(F_ADD_SEALS)", Describe(name: null), Interop.LastErrno,
                "Without the seal the peer could shrink the memory under us; a kernel since 4.16 has it.");
        }
    }

    private static SharedMemory MapOrClose(SafeFileHandle handle, string? name, DeviceAddress address,
        Func<long> prepare)
    {
        try
        {
            return new SharedMemory(handle, name, prepare(), address);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // Grows the object to the length wanted, never shrinks it, and reserves its pages.
    private static void Reserve(SafeFileHandle handle, string? name, long oldLengthBytes, long lengthBytes)
    {
        int descriptor = (int)handle.DangerousGetHandle();
        if (oldLengthBytes < lengthBytes && Interop.ftruncate(descriptor, lengthBytes) != 0)
        {
            throw Interop.Failure("ftruncate", $"{Describe(name)} to {lengthBytes} bytes", Interop.LastErrno,
                "Check the file size limit (ulimit -f).");
        }

        if (Interop.fallocate(descriptor, 0, 0, lengthBytes) == 0)
        {
            return;
        }

        int errno = Interop.LastErrno;
        if (errno == Errno.EOPNOTSUPP)
        {
            return; // Not on tmpfs: its pages come when they are touched, as everywhere else.
        }

        if (oldLengthBytes < lengthBytes)
        {
            _ = Interop.ftruncate(descriptor, oldLengthBytes); // Undo: the failure below is what counts.
        }

        throw Interop.Failure("fallocate", $"{lengthBytes} bytes of {Describe(name)}", errno,
            "Free or enlarge the file system behind it (for /dev/shm: mount -o remount,size=…; a container: "
            + "--shm-size); for huge pages raise vm.nr_hugepages.");
    }

    private static long LengthOf(SafeFileHandle handle, string? name)
    {
        long lengthBytes = Interop.lseek((int)handle.DangerousGetHandle(), 0, Interop.SEEK_END);
        if (lengthBytes < 0)
        {
            throw Interop.Failure("lseek", Describe(name), Interop.LastErrno,
                "The descriptor is not one of shared memory.");
        }

        return lengthBytes is > 0 and <= MaxLengthBytes
            ? lengthBytes
            : throw new IOException($"{Describe(name)} is {lengthBytes} bytes long; 1 to {MaxLengthBytes} can be "
                + "mapped. Wait until its creator has sized it, or create it anew.");
    }

    private static void ThrowIfLengthInvalid(long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, MaxLengthBytes);
    }

    private static string Describe(string? name) => name is null ? "anonymous shared memory" : $"\"{PathOf(name)}\"";
}
