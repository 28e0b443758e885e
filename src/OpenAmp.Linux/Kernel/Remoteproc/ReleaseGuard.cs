// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>The open character device of a processor: when it closes, and be it because the program died, the kernel
/// stops the processor, or detaches from it.</summary>
/// <remarks>The kernel keeps one flag for each processor, not for each who opened it, and keeps it when the device is
/// closed. So it is cleared when the processor has been treated in order, or the next program that closes the device
/// would stop it.</remarks>
internal sealed unsafe class ReleaseGuard
{
    // _IOW(0xB7, 1, __s32) and _IOR(0xB7, 2, __s32): include/uapi/linux/remoteproc_cdev.h.
    private const nuint SetShutdownOnRelease = 0x4004_B701;
    private const nuint GetShutdownOnRelease = 0x8004_B702;

    private readonly SafeFileHandle _device;
    private readonly string _path;

    private ReleaseGuard(SafeFileHandle device, string path)
    {
        _device = device;
        _path = path;
    }

    /// <summary>Opens the device and sets the flag.</summary>
    /// <exception cref="KernelRemoteprocException">There is no such device, it may not be opened, or the flag did not
    /// stay.</exception>
    public static ReleaseGuard Open(string path)
    {
        int descriptor = Interop.open(path, Interop.O_RDWR | Interop.O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            int errno = Interop.LastErrno;
            throw new KernelRemoteprocException(
                Interop.Failure("open", path, errno, errno is Errno.EACCES or Errno.EPERM
                    ? "This user may not: 'openamp udev' makes a rule that lets it."
                    : "StopsWithProgram needs the character device of the processor: a kernel with "
                        + "CONFIG_REMOTEPROC_CDEV (5.9 or later), and devtmpfs or udev.").Message,
                errno,
                []);
        }

        var guard = new ReleaseGuard(new SafeFileHandle(descriptor, ownsHandle: true), path);
        try
        {
            guard.Set(true);
            return guard;
        }
        catch
        {
            guard._device.Dispose();
            throw;
        }
    }

    /// <summary>Closes the device.</summary>
    /// <param name="keeps">Whether the flag is kept, so that the kernel stops the processor or detaches from it now;
    /// otherwise nothing happens to it.</param>
    /// <exception cref="KernelRemoteprocException">The flag could not be cleared; the device is closed.</exception>
    public void Release(bool keeps)
    {
        try
        {
            if (!keeps)
            {
                Set(false);
            }
        }
        finally
        {
            _device.Dispose();
        }
    }

    private void Set(bool isSet)
    {
        int value = isSet ? 1 : 0;
        int kept = -1;

        // SAFETY: both calls read or write one int, which lives on this stack.
        if (Interop.ioctl((int)_device.DangerousGetHandle(), SetShutdownOnRelease, &value) != 0
            || Interop.ioctl((int)_device.DangerousGetHandle(), GetShutdownOnRelease, &kept) != 0)
        {
            int errno = Interop.LastErrno;
            throw new KernelRemoteprocException(
                Interop.Failure("ioctl", _path, errno, "Is it the character device of a remote processor?").Message,
                errno,
                []);
        }

        if (kept != value)
        {
            throw new KernelRemoteprocException($"'{_path}' was told {value} for RPROC_SET_SHUTDOWN_ON_RELEASE, and "
                + $"says {kept}: another program sets it too. Use it from one program.");
        }
    }
}
