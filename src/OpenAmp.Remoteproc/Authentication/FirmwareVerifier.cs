// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Decides whether a firmware file may be loaded, and takes the images out of it.</summary>
/// <remarks>
/// <para>It stands in the load path before anything is read from the file or written to the remote's memory. Whoever
/// has
/// one configured loads what <see cref="FirmwareVerification.Images"/> holds, and nothing else of the file.</para>
/// <para>Any number of threads may use one.</para>
/// </remarks>
public abstract class FirmwareVerifier
{
    /// <summary>Verifies a private copy of a file.</summary>
    /// <remarks>The images in the result are parts of that copy: what was verified is what gets loaded, even if the
    /// file
    /// or its mapping changes in between. Allocates the file's length; does not block.</remarks>
    /// <param name="file">The whole file.</param>
    /// <returns>The images, and what is known about them.</returns>
    /// <exception cref="FirmwareAuthenticationException">The file is refused; the message says why.</exception>
    public FirmwareVerification Verify(ReadOnlyMemory<byte> file) => VerifyInPlace(file.ToArray());

    /// <summary>Verifies a file that the caller alone can write to, without copying it.</summary>
    /// <remarks>Not for a mapped file nor for memory that others hold: a byte that changes after its hash was taken
    /// defeats verification.</remarks>
    /// <param name="file">The whole file, which nobody may change while the result is in use.</param>
    /// <returns>The images, which are parts of <paramref name="file"/>, and what is known about them.</returns>
    /// <exception cref="FirmwareAuthenticationException">The file is refused; the message says why.</exception>
    public abstract FirmwareVerification VerifyInPlace(ReadOnlyMemory<byte> file);
}
