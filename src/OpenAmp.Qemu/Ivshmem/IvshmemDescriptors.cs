// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Looks at descriptors that came from outside before they are trusted.</summary>
internal static class IvshmemDescriptors
{
    private const string FlagsField = "flags:";
    private const int NonBlocking = 0x800; // O_NONBLOCK on x64 and arm64.
    private const int Octal = 8;

    /// <summary>Refuses what is not the non-blocking eventfd that a doorbell needs: ringing anything else could block
    /// or do harm.</summary>
    /// <exception cref="IvshmemProtocolException">It is none.</exception>
    internal static void ThrowIfNoDoorbell(SafeFileHandle handle)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{handle.DangerousGetHandle()}");
        bool isEventFd = false;
        int flags = 0;
        foreach (string line in File.ReadLines(path))
        {
            isEventFd |= line.StartsWith("eventfd-count:", StringComparison.Ordinal);
            if (line.StartsWith(FlagsField, StringComparison.Ordinal))
            {
                flags = Convert.ToInt32(line[FlagsField.Length..].Trim(), Octal);
            }
        }

        if (!isEventFd || (flags & NonBlocking) == 0)
        {
            throw new IvshmemProtocolException("For a vector a non-blocking eventfd was expected, and the descriptor "
                + "is " + (isEventFd ? "one that blocks." : "of something else.") + " Is it an ivshmem server at all?");
        }
    }
}
