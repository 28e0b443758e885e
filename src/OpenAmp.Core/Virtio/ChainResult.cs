// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>What came of following a descriptor chain.</summary>
public enum ChainResult
{
    /// <summary>There is a segment, and all of it lies in shared memory.</summary>
    Segment,

    /// <summary>The chain is over.</summary>
    End,

    /// <summary>The chain breaks a rule of VIRTIO 1.3, section 2.7.5. What came before it must not be used.</summary>
    Malformed,

    /// <summary>The segment does not lie in shared memory.</summary>
    Outside,
}
