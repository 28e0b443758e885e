// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>Reading kicks from a descriptor that another process passed: an eventfd, a pipe or a socket, which does not
/// block.</summary>
internal static unsafe class KickDescriptor
{
    // An eventfd gives 8; a burst in a pipe costs one call.
    private const int ReadBytes = 64;

    /// <summary>Takes the kicks that are there.</summary>
    /// <returns><see langword="false"/> when the other end is closed or cannot be read.</returns>
    internal static bool TryTake(int descriptor)
    {
        byte* kicks = stackalloc byte[ReadBytes];
        nint read = Interop.read(descriptor, kicks, ReadBytes);
        return read > 0 || (read < 0 && Interop.LastErrno is Errno.EAGAIN or Errno.EINTR);
    }
}
