// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>A kind of firmware image: the C library's loader operations.</summary>
/// <remarks>Stateless, open to every thread. <see cref="ElfFirmwareFormat"/> and <see cref="RawFirmwareFormat"/> are
/// the two that come with this library.</remarks>
public abstract class FirmwareFormat
{
    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>How many bytes of an image's start <see cref="Recognizes"/> wants to see; an image may be
    /// shorter.</summary>
    public abstract int HeadBytes { get; }

    /// <summary>Whether an image is of this kind. Allocates nothing.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <returns><see langword="true"/> when <see cref="ReadAsync"/> should be tried.</returns>
    public abstract bool Recognizes(ReadOnlySpan<byte> head);

    /// <summary>Reads and checks an image's headers and its resource table.</summary>
    /// <param name="store">Where its bytes come from.</param>
    /// <param name="requirements">What the processor accepts.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The image; every segment lies within the store.</returns>
    /// <exception cref="FirmwareException">It is malformed, or not for this processor; the message names the offset and
    /// the rule.</exception>
    public abstract ValueTask<FirmwareImage> ReadAsync(
        FirmwareStore store,
        FirmwareRequirements requirements,
        CancellationToken cancellationToken);
}
