// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>struct statx: 256 bytes, of which only what is named here is wanted.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    internal const ushort TypeMask = 0xF000;
    internal const ushort TypeSocket = 0xC000;
    internal const ushort TypeCharacterDevice = 0x2000;
    internal const ushort TypeRegular = 0x8000;
    internal const ushort TypeDirectory = 0x4000;
    internal const ushort TypePipe = 0x1000;

    /// <summary>What the kernel says of its own objects without an inode of their own, such as eventfds.</summary>
    internal const ushort TypeAnonymous = 0;

    internal const ushort Sticky = 0x200;
    internal const ushort ForOthers = 0x3F;
    internal const ushort WritableForOthers = 0x12;

    [FieldOffset(20)]
    internal uint Owner;

    [FieldOffset(28)]
    internal ushort Mode;

    [FieldOffset(32)]
    internal ulong Inode;

    [FieldOffset(40)]
    internal ulong LengthBytes;

    /// <summary>Of a device node.</summary>
    [FieldOffset(128)]
    internal uint DeviceMajor;

    [FieldOffset(132)]
    internal uint DeviceMinor;

    /// <summary>The inode of a file; 0 when it is not there.</summary>
    internal static unsafe ulong ReadInode(string path)
    {
        FileStatus status = default;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            // SAFETY: the text ends with a zero, and the record has the length of struct statx.
            long result = Interop.statx(
                Interop.SYS_statx, Interop.AT_FDCWD, text, Interop.AT_SYMLINK_NOFOLLOW, Interop.STATX_INO, &status);
            return result == 0 ? status.Inode : 0;
        }
    }

    /// <summary>The device that a node stands for, as sysfs writes it ("250:1"); null when the path is no character
    /// device.</summary>
    internal static unsafe string? ReadDevice(string path)
    {
        FileStatus status = default;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            // SAFETY: the text ends with a zero, and the record has the length of struct statx.
            long result = Interop.statx(
                Interop.SYS_statx, Interop.AT_FDCWD, text, 0, Interop.STATX_TYPE, &status);
            return result == 0 && (status.Mode & TypeMask) == TypeCharacterDevice
                ? $"{status.DeviceMajor}:{status.DeviceMinor}"
                : null;
        }
    }
}
