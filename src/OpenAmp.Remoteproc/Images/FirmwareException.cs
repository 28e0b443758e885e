// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>An image cannot be loaded: it cannot be read, is malformed, or does not fit the processor.</summary>
/// <remarks>The message names the image, the offset or the address, what was expected, and what to do. Nothing was
/// changed unless it says so.</remarks>
public sealed class FirmwareException : Exception
{
    /// <summary>An image cannot be loaded.</summary>
    public FirmwareException()
        : this("The firmware cannot be loaded.")
    {
    }

    /// <summary>An image cannot be loaded.</summary>
    /// <param name="message">Which, why, and what to do.</param>
    public FirmwareException(string message)
        : base(message)
    {
    }

    /// <summary>An image cannot be loaded.</summary>
    /// <param name="message">Which, why, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public FirmwareException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal static FirmwareException EndsEarly(string name, long lengthBytes, long offsetBytes, long wantedBytes)
        => new($"The firmware '{name}' ends after {lengthBytes} bytes, but {wantedBytes} bytes at offset "
            + $"0x{offsetBytes:x} are part of it. It was cut, or changed while it was read: build or copy it again.");
}
