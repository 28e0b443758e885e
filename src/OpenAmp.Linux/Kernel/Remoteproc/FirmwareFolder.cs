// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Brings firmware to where the kernel looks for it, in a folder of its own:
/// <c>openamp/PROCESSOR/FILE</c>.</summary>
/// <remarks>What lies in the search path belongs to others, and is never replaced or removed. A file of one processor
/// is not another's: the kernel reads the file again at each recovery, so two must not share one name.</remarks>
/// <param name="root">Where the kernel looks.</param>
/// <param name="chosen">The directory that the options name; <see langword="null"/> for none.</param>
/// <param name="processor">Name of the processor.</param>
internal sealed class FirmwareFolder(KernelRoot root, string? chosen, string processor)
{
    public const string Name = "openamp";

    private const int MaxNameBytes = 255;
    private const int CopyBytes = 256 * 1024;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.OtherRead;

    /// <summary>Copies an image there, unless it lies there already: written beside, flushed, renamed.</summary>
    /// <param name="store">The image.</param>
    /// <param name="cancellationToken">Ends the copying; what was there before stays.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="FirmwareException">Its name cannot be one of the kernel's firmware.</exception>
    /// <exception cref="KernelRemoteprocException">It can be placed nowhere; the message says where, and
    /// why.</exception>
    public async ValueTask<FirmwarePlace> PlaceAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        FirmwareSearchPath search = FirmwareSearchPath.Read(root);
        ThrowIfUnusable(search);
        if (store.ImageFile is not null && search.TryNameOf(store.Name) is { } inPlace)
        {
            ThrowUnlessName(inPlace);
            return new FirmwarePlace(inPlace, Path.GetFullPath(store.Name), IsOurs: false);
        }

        string name = $"{Name}/{FileName(processor)}/{FileNameOf(store)}";
        ThrowUnlessName(name);
        var refusals = new StringBuilder();
        foreach (string directory in Candidates(search))
        {
            string path = search.At(directory, name);
            try
            {
                await WriteAsync(store, path, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                refusals.Append(CultureInfo.InvariantCulture, $" {root.At(directory)}: {error.Message}");
                continue;
            }

            return search.Find(name) is { } found && found != path
                ? throw new KernelRemoteprocException($"The kernel would load '{found}' instead of '{path}': it comes "
                    + "first in its search path. Remove it.")
                : new FirmwarePlace(name, path, IsOurs: true);
        }

        throw new KernelRemoteprocException($"The firmware '{store.Name}' can be placed in no directory that the "
            + $"kernel looks in.{(refusals.Length == 0 ? " None of them exists." : refusals)} Let one be writable for "
            + "this user: 'openamp udev' makes the rules; or set the search path, as root: echo -n DIRECTORY > "
            + $"{FirmwareSearchPath.Parameter}.");
    }

    /// <summary>Removes what was placed. What is no longer there is no matter.</summary>
    public static void Remove(FirmwarePlace place)
    {
        if (place.IsOurs)
        {
            File.Delete(place.Path);
        }
    }

    private void ThrowIfUnusable(FirmwareSearchPath search)
    {
        if (search.Custom?.EndsWith('\n') == true)
        {
            throw new KernelRemoteprocException($"The kernel's firmware search path {FirmwareSearchPath.Parameter} "
                + $"ends with a newline, which the kernel takes for a part of the name. Set it again without one: "
                + $"echo -n '{search.Custom.TrimEnd('\n')}' > {FirmwareSearchPath.Parameter}");
        }

        if (chosen is not null && !search.Directories.Contains(chosen.TrimEnd('/')))
        {
            throw new KernelRemoteprocException($"The kernel does not look for firmware in '{chosen}' "
                + $"(KernelRemoteProcessorOptions.FirmwareDirectory). It looks in: "
                + $"{string.Join(", ", search.Directories)}.");
        }
    }

    private IEnumerable<string> Candidates(FirmwareSearchPath search)
        => (search.Custom, chosen) switch
        {
            ({ } custom, _) => [custom],
            (_, { } directory) => [directory.TrimEnd('/')],
            _ => search.Directories.Where(directory => Directory.Exists(root.At(directory))),
        };

    private static string FileNameOf(FirmwareStore store)
        => Path.GetFileName(store.Name.TrimEnd('/')) is { Length: > 0 } name ? FileName(name) : "firmware.elf";

    // A newline would end the name in the attribute, a slash would be a directory.
    private static string FileName(string text)
    {
        string name = string.Concat(text.Select(c => char.IsControl(c) || c is '/' or '\\' ? '_' : c));
        return name is "." or ".." ? "_" : name;
    }

    private static void ThrowUnlessName(string name)
    {
        if (name.Split('/').Any(part => Encoding.UTF8.GetByteCount(part) > MaxNameBytes)
            || Encoding.UTF8.GetByteCount(name) > MaxNameBytes || name.Contains('\n', StringComparison.Ordinal))
        {
            throw new FirmwareException($"'{name}' cannot be the name of firmware: it has at most {MaxNameBytes} "
                + "bytes, and no newline. Give the file a shorter name.");
        }
    }

    private static async ValueTask WriteAsync(
        FirmwareStore store,
        string path,
        CancellationToken cancellationToken)
    {
        string directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        string temporary = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
            {
                await CopyAsync(store, file, cancellationToken).ConfigureAwait(false);
                File.SetUnixFileMode(file, Readable);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, path, overwrite: true);
            FlushDirectory(directory);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async ValueTask CopyAsync(
        FirmwareStore store,
        SafeFileHandle file,
        CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[Math.Min(CopyBytes, Math.Max(store.LengthBytes, 1))];
        for (long offset = 0; offset < store.LengthBytes; offset += buffer.Length)
        {
            Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, store.LengthBytes - offset));
            await store.ReadAsync(offset, part, cancellationToken).ConfigureAwait(false);
            RandomAccess.Write(file, part.Span, offset);
        }
    }

    // The new name outlives a power cut only when the directory is written too. A file system that cannot flush a
    // directory has written it.
    private static void FlushDirectory(string directory)
    {
        int descriptor = Interop.open(directory, Interop.O_RDONLY | Interop.O_CLOEXEC, 0);
        if (descriptor >= 0)
        {
            using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
            _ = Interop.fsync(descriptor);
        }
    }
}
