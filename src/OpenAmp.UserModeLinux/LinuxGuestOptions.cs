// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.UserModeLinux;

/// <summary>What a guest is made of.</summary>
public sealed record LinuxGuestOptions
{
    /// <summary>The least memory with which the kernel comes up.</summary>
    public const long MinMemoryBytes = 32L << 20;

    /// <summary>The kernel and what belongs to it, see <see cref="LinuxGuestImage.Find"/>.</summary>
    public required LinuxGuestImage Image { get; init; }

    /// <summary>The guest's memory in bytes, at least <see cref="MinMemoryBytes"/>; rounded down to whole MiB. It takes
    /// room (as it is used) in /dev/shm, or in $TMPDIR if that is set. Default: 64 MiB.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>The devices that programs of the host present. Default: none.</summary>
    public IReadOnlyList<GuestDevice> Devices { get; init; } = [];

    /// <summary>Directories of the host that the guest sees, and may write to with this process's rights, as
    /// /mnt/NAME. Names have letters, digits, "-" and "_". Default: none.</summary>
    /// <remarks>A file that the guest has read and the host then changes may be seen in its old content: give the new
    /// content a new name.</remarks>
    public IReadOnlyDictionary<string, string> Folders { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>More words for the kernel's command line, such as "panic_on_warn=1". Default: none.</summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];

    /// <summary>How long the guest may take until a shell answers. Default: 30 s; it needs less than one.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a command may run, a log line be waited for and a shutdown last. Default: 60 s.</summary>
    public TimeSpan CommandTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where to log; the kernel's own lines come with level Debug. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Refuses what no guest could be made of.</summary>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Image);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, MinMemoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CommandTime, TimeSpan.Zero);
        foreach (GuestDevice device in Devices)
        {
            string path = Path.GetFullPath(device.SocketPath);
            ThrowUnless(IsWord(path) && !path.Contains(':', StringComparison.Ordinal), nameof(Devices),
                $"The socket's path '{path}' has a space, quote, control character or colon, which the kernel's "
                    + "command line cannot hold: choose another.");
        }

        foreach ((string name, string folder) in Folders)
        {
            ThrowUnless(name.Length > 0 && name.All(IsNameCharacter), nameof(Folders),
                $"'{name}' cannot be a folder's name in the guest: give letters, digits, '-' and '_'.");
            ThrowUnless(Directory.Exists(folder), nameof(Folders),
                $"The folder '{folder}', which the guest shall see as /mnt/{name}, does not exist.");
        }

        foreach (string word in KernelArguments)
        {
            ThrowUnless(word.Length > 0 && IsWord(word), nameof(KernelArguments),
                $"'{word}' is not one word of a kernel's command line.");
        }
    }

    private static bool IsNameCharacter(char character)
        => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    private static bool IsWord(string text)
        => !text.Any(character => character is ' ' or '"' or '\'' || char.IsControl(character));

    private static void ThrowUnless(bool holds, string member, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message, member);
        }
    }
}
