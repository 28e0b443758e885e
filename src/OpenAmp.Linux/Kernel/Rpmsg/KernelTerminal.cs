// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>The settings of a terminal, by the kernel's own ioctls: they are the same on every libc.</summary>
internal static unsafe class KernelTerminal
{
    private const uint GetSettings = 0x5401;
    private const uint SetSettings = 0x5402;
    private const uint SetExclusive = 0x540C;
    private const uint SetShared = 0x540D;

    private const uint CharacterSizeMask = 0x30;
    private const uint CharacterSize8 = 0x30;
    private const uint EnableReceiver = 0x80;
    private const uint EnableParity = 0x100;
    private const uint IgnoreModem = 0x800;

    // Which of the control characters say how many bytes, and how long, a read waits for.
    private const int ReadTimeIndex = 5;
    private const int ReadCountIndex = 6;

    /// <summary>Takes every meaning from every byte, and keeps others out. To be called before anything else.</summary>
    /// <exception cref="KernelRpmsgException">The kernel refused, or did something else.</exception>
    internal static void MakeRaw(SafeFileHandle handle, string path)
    {
        Settings settings;
        ThrowIfFailed(KernelRpmsgFile.Control(handle, GetSettings, &settings), path);
        settings.Input = 0;
        settings.Output = 0;
        settings.Local = 0;
        settings.Control = (settings.Control & ~(CharacterSizeMask | EnableParity)) | CharacterSize8 | EnableReceiver
            | IgnoreModem;
        settings.Characters[ReadTimeIndex] = 0;
        settings.Characters[ReadCountIndex] = 1;
        ThrowIfFailed(KernelRpmsgFile.Control(handle, SetSettings, &settings), path);

        // The kernel takes what it can and says yes all the same.
        Settings now;
        ThrowIfFailed(KernelRpmsgFile.Control(handle, GetSettings, &now), path);
        if ((now.Input | now.Output | now.Local) != 0)
        {
            throw new KernelRpmsgException(KernelRpmsgOutcome.NotSupported, 0, $"{path} does not become raw: its "
                + $"settings are iflag 0x{now.Input:x}, oflag 0x{now.Output:x}, lflag 0x{now.Local:x}, not 0.");
        }

        ThrowIfFailed(KernelRpmsgFile.Control(handle, SetExclusive, null), path);
    }

    /// <summary>Lets others open the terminal again.</summary>
    internal static void Share(SafeFileHandle handle) => _ = KernelRpmsgFile.Control(handle, SetShared, null);

    private static void ThrowIfFailed(int errno, string path)
    {
        if (errno != 0)
        {
            throw KernelRpmsgFailure.For(KernelRpmsgCall.OpenTty, path, errno);
        }
    }

    /// <summary>The kernel's struct termios: 36 bytes. Not libc's, which is longer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Settings
    {
        internal uint Input;
        internal uint Output;
        internal uint Control;
        internal uint Local;
        internal byte Discipline;
        internal fixed byte Characters[19];
    }
}
