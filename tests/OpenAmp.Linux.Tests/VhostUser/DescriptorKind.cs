// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux.Tests;

/// <summary>What a front end passes for a descriptor.</summary>
internal enum DescriptorKind
{
    /// <summary>The guest's memory.</summary>
    Memory,

    EventFd,

    Socket,

    /// <summary>/dev/zero: readable for ever.</summary>
    Zeros,

    /// <summary>A large file that is open for reading only.</summary>
    ReadOnlyFile,
}
