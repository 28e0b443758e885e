// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>The directory where programs of one user publish what they share.</summary>
/// <remarks>Whoever can write there could put a socket of its own in a program's place, so it is used only when it is
/// this user's alone, and nobody else can move it away: see docs/sharing.md.</remarks>
internal static unsafe class SharingDirectory
{
    internal const string Name = "openamp";

    private const UnixFileMode OnlyOwner =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory of this user: that of the session, that of the user, or one in /tmp.</summary>
    internal static string Default
    {
        get
        {
            string? session = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            if (!string.IsNullOrEmpty(session) && Path.IsPathFullyQualified(session))
            {
                return Path.Combine(session, Name);
            }

            string ofUser = $"/run/user/{Interop.geteuid()}";
            return Directory.Exists(ofUser) ? Path.Combine(ofUser, Name) : $"/tmp/{Name}-{Interop.geteuid()}";
        }
    }

    /// <summary>Makes the directory if it is not there, and checks it.</summary>
    /// <exception cref="IOException">It cannot be made, or is not this user's alone.</exception>
    internal static void Claim(string directory)
    {
        try
        {
            _ = Directory.CreateDirectory(directory, OnlyOwner);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"The directory \"{directory}\", where processors and links are shared, cannot be "
                + $"made: {error.Message} Set XDG_RUNTIME_DIR to a directory of yours, or share elsewhere "
                + "(SharingOptions.Directory).", error);
        }

        if (!TryCheck(directory))
        {
            throw new IOException($"The directory \"{directory}\" was removed this moment. Try again.");
        }
    }

    /// <summary>Checks that a directory is this user's alone.</summary>
    /// <returns><see langword="false"/> when there is none.</returns>
    /// <exception cref="IOException">Others could put something there, or it is no directory.</exception>
    internal static bool TryCheck(string directory)
    {
        if (!TryLook(directory, out FileStatus status))
        {
            return false;
        }

        uint user = Interop.geteuid();
        string? fault = (status.Mode & FileStatus.TypeMask) != FileStatus.TypeDirectory
            ? "it is no directory (a symbolic link is none either)"
            : status.Owner != user ? $"it belongs to user {status.Owner}, not to {user}"
            : (status.Mode & FileStatus.ForOthers) != 0
                ? $"other users may use it (mode {Convert.ToString(status.Mode & 0xFFF, 8)}, wanted is 700)"
            : FaultOfParent(directory, user);
        return fault is null ? true : throw new IOException(
            $"\"{directory}\" is not used to share processors and links, because {fault}. Remove it, or correct its "
            + "owner and mode, or set XDG_RUNTIME_DIR to a directory of yours.");
    }

    /// <summary>Whether a socket of this user lies at a path. Follows no link.</summary>
    internal static bool IsOwnSocket(string path)
        => TryLook(path, out FileStatus status)
            && (status.Mode & FileStatus.TypeMask) == FileStatus.TypeSocket
            && status.Owner == Interop.geteuid();

    // Who may write to the parent could put another directory in this one's place, unless it is sticky.
    private static string? FaultOfParent(string directory, uint user)
    {
        string parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))) ?? "/";
        if (!TryLook(parent + "/.", out FileStatus status))
        {
            return $"its parent \"{parent}\" was removed this moment";
        }

        bool isOwned = status.Owner == user || status.Owner == 0;
        bool isClosed = (status.Mode & FileStatus.WritableForOthers) == 0 || (status.Mode & FileStatus.Sticky) != 0;
        return isOwned && isClosed ? null
            : !isOwned ? $"its parent \"{parent}\" belongs to user {status.Owner}"
            : $"anybody may replace it: its parent \"{parent}\" is writable for others and not sticky";
    }

    private static bool TryLook(string path, out FileStatus status)
    {
        FileStatus found = default;
        const int wanted = Interop.STATX_TYPE | Interop.STATX_MODE | Interop.STATX_UID;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            // SAFETY: the path ends with a zero, and the record is a local of the size that the kernel fills.
            if (Interop.statx(Interop.SYS_statx, Interop.AT_FDCWD, text, Interop.AT_SYMLINK_NOFOLLOW, wanted,
                &found) == 0)
            {
                status = found;
                return true;
            }
        }

        status = default;
        return Interop.LastErrno is Errno.ENOENT or Errno.ENOTDIR
            ? false
            : throw Interop.Failure("statx", $"\"{path}\"", Interop.LastErrno,
                "Its folders must be accessible for this user.");
    }
}
