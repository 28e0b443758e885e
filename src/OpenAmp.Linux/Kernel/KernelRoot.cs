// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Linux;

/// <summary>Where a kernel shows its devices: the root directory below which <c>sys</c>, <c>dev</c>, <c>lib</c> and the
/// rest are looked for.</summary>
/// <remarks>The machine's own is <see cref="Machine"/>; a test or a container gives another. Nothing is opened before
/// it is asked for.</remarks>
/// <param name="Path">The directory, absolute or relative to the current one.</param>
public sealed record KernelRoot(string Path)
{
    /// <summary>This machine's kernel: the root directory.</summary>
    public static KernelRoot Machine { get; } = new("/");

    /// <summary>A path below the root.</summary>
    /// <param name="path">An absolute path as the kernel documents it, such as <c>/sys/class/remoteproc</c>.</param>
    /// <returns>The path below this root. Allocates; opens nothing.</returns>
    /// <exception cref="ArgumentException">The path does not begin with a slash.</exception>
    public string At(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path[0] == '/'
            ? System.IO.Path.Combine(Path, path[1..])
            : throw new ArgumentException(
                $"Path '{path}' shall be absolute, as the kernel documents it.", nameof(path));
    }
}
