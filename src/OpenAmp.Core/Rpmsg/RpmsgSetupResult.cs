// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What came of setting up one side of a link.</summary>
public enum RpmsgSetupResult
{
    /// <summary>It is set up.</summary>
    Ok,

    /// <summary>Ring 0 is not laid out, not aligned to its alignment, or not in shared memory.</summary>
    BadRingToDriver,

    /// <summary>Ring 1 is not laid out, not aligned to its alignment, or not in shared memory.</summary>
    BadRingToDevice,

    /// <summary>The buffers to the driver have a bad size or count, outnumber the ring, or are not in shared
    /// memory.</summary>
    BadPoolToDriver,

    /// <summary>The buffers to the device have a bad size or count, outnumber the ring, or are not in shared
    /// memory.</summary>
    BadPoolToDevice,

    /// <summary>VIRTIO_F_EVENT_IDX was negotiated, which this platform has ruled out
    /// (<see cref="Platform.IPlatform.HasPlainRings"/>).</summary>
    EventIndexRuledOut,
}
