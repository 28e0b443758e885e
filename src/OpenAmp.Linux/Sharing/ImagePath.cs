// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>A path by which another program of this user opens the image of a store, while this lives: the file's own,
/// or one that leads to a sealed copy in this process.</summary>
internal sealed class ImagePath : IDisposable
{
    private readonly SafeFileHandle? _copy;

    private ImagePath(string path, SafeFileHandle? copy)
    {
        Path = path;
        _copy = copy;
    }

    /// <summary>The path, absolute.</summary>
    internal string Path { get; }

    internal static async ValueTask<ImagePath> OfAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        if (store.ImageFile is { } file)
        {
            // The name that the open file has now, or none when something else has it by now.
            string descriptor = DescriptorOf(file);
            string? name = File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName;
            return new ImagePath(name is not null && File.Exists(name) ? name : descriptor, null);
        }

        SafeFileHandle copy = await SealedExecutable.CreateAsync(store, cancellationToken).ConfigureAwait(false);
        return new ImagePath(DescriptorOf(copy), copy);
    }

    public void Dispose() => _copy?.Dispose();

    private static string DescriptorOf(SafeFileHandle file)
        => $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}";
}
