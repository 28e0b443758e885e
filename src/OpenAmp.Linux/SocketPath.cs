// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>The path of a UNIX socket that a server wants to listen at.</summary>
public static class SocketPath
{
    /// <summary>Makes sure that a server can listen at a path: what a dead server left there is removed.</summary>
    /// <param name="path">The path; nothing need lie there.</param>
    /// <exception cref="ArgumentException">No socket address can hold the path.</exception>
    /// <exception cref="IOException">A living process listens there, or something lies there that is no socket, and is
    /// left alone; or the system refused.</exception>
    public static void Claim(string path)
    {
        UnixSocket.ThrowIfPathInvalid(path);
        SocketListener.ThrowIfTaken(path);
        if (Interop.unlink(path) != 0 && Interop.LastErrno != Errno.ENOENT)
        {
            throw Interop.Failure("unlink", $"\"{path}\"", Interop.LastErrno,
                "An earlier server left its socket there and only its owner may remove it.");
        }
    }
}
