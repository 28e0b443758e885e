// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>What can be known of a descriptor that another process passed.</summary>
internal static unsafe class PassedDescriptor
{
    private const int NonBlocking = Interop.EFD_NONBLOCK;

    /// <summary>The type of the file, and its length in bytes.</summary>
    internal static (ushort Type, ulong LengthBytes) Look(SafeFileHandle handle)
    {
        FileStatus status = default;
        byte empty = 0;
        long result = Interop.statx(Interop.SYS_statx, (nint)handle.DangerousGetHandle(), &empty, Interop.AT_EMPTY_PATH,
            Interop.STATX_TYPE | Interop.STATX_SIZE, &status);
        return result == 0
            ? ((ushort)(status.Mode & FileStatus.TypeMask), status.LengthBytes)
            : throw Interop.Failure("statx", "a descriptor that was passed", Interop.LastErrno,
                "Pass descriptors of files, sockets, pipes or eventfds.");
    }

    /// <summary>Makes sure that a descriptor can carry kicks, and never blocks: an eventfd, a socket or a pipe.
    /// </summary>
    /// <returns>Whether it is a socket.</returns>
    /// <exception cref="VhostUserException">It is something else, which might be readable for ever.</exception>
    internal static bool PrepareNotifier(SafeFileHandle handle, string what)
    {
        (ushort type, _) = Look(handle);
        int descriptor = (int)handle.DangerousGetHandle();
        if (type is not (FileStatus.TypeSocket or FileStatus.TypePipe)
            && !(type == FileStatus.TypeAnonymous && IsEventFd(descriptor)))
        {
            throw new VhostUserException(VhostUserFault.BadDescriptor, $"{what} came with a descriptor of file type "
                + $"0x{type:x} that is no eventfd, socket or pipe. Pass an eventfd.");
        }

        // The flag is the open file's and so the front end's too, who does not wait by blocking in reads and writes of
        // eight bytes: the pages of the protocol speak of polling them.
        int flags = Interop.fcntl(descriptor, Interop.F_GETFL, 0);
        if (flags < 0 || Interop.fcntl(descriptor, Interop.F_SETFL, flags | NonBlocking) != 0)
        {
            throw Interop.Failure("fcntl(F_SETFL)", "a descriptor that was passed", Interop.LastErrno,
                "It must take O_NONBLOCK.");
        }

        return type == FileStatus.TypeSocket;
    }

    private static bool IsEventFd(int descriptor)
        => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget is { } target
            && target.Contains("[eventfd]", StringComparison.Ordinal);
}
