// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What an <see cref="OpteeFirmwareVerifier"/> demands beyond the format.</summary>
public sealed record OpteeVerifierOptions
{
    /// <summary>Whether to refuse files whose signature does not cover whole images. Default: false, so that files of
    /// the upstream script are accepted.</summary>
    /// <remarks>Set it wherever more of the image is used than its segments: for a processor that is a process (the
    /// kernel reads the ELF header and every program header), for symbols, for a debugger.</remarks>
    public bool RequireWholeImageHash { get; init; }

    /// <summary>Whether an image without an entry point (address 0, and no segment there) is accepted when the
    /// signature does not cover the whole image. Default: false.</summary>
    /// <remarks>For processors that start at a fixed vector whatever the image says.</remarks>
    public bool AllowNoEntryPoint { get; init; }
}
