// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>The two live fields of the virtio device in the resource table: status and the features taken.</summary>
/// <remarks>Both sides read them; the driver writes them. A write is seen after all earlier writes of its thread, and
/// nothing read later moves before a read.</remarks>
public readonly unsafe struct VdevFields
{
    private readonly VolatileByte* _status;
    private readonly VolatileWord* _guestFeatures;

    /// <summary>Finds the fields.</summary>
    /// <param name="region">The shared memory.</param>
    /// <param name="layout">Where they are in it.</param>
    /// <exception cref="ArgumentException">A field is outside the region or misaligned.</exception>
    /// <remarks>Safety: the caller keeps the region mapped while the value is in use.</remarks>
    public VdevFields(SharedRegion region, TwoProcessLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (!region.TryTranslate(layout.StatusAddress, sizeof(byte), out byte* status)
            || !region.TryTranslate(layout.GuestFeaturesAddress, sizeof(uint), out byte* guestFeatures)
            || ((nuint)guestFeatures & 3) != 0)
        {
            throw new ArgumentException($"Status at 0x{layout.StatusAddress.Value:x} and gfeatures at "
                + $"0x{layout.GuestFeaturesAddress.Value:x} must lie inside the region of {region.LengthBytes} bytes, "
                + "gfeatures aligned to 4.", nameof(layout));
        }

        _status = (VolatileByte*)status;
        _guestFeatures = (VolatileWord*)guestFeatures;
    }

    /// <summary>The virtio status byte (VIRTIO 1.3, section 2.1).</summary>
    public byte Status
    {
        get => _status->Value;
        set => _status->Value = value;
    }

    /// <summary>The feature bits the driver took (gfeatures).</summary>
    public uint GuestFeatures
    {
        get => _guestFeatures->Value;
        set => _guestFeatures->Value = value;
    }

    private struct VolatileByte
    {
        internal volatile byte Value;
    }

    private struct VolatileWord
    {
        internal volatile uint Value;
    }
}
