// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Virtio;

/// <summary>A set of feature bits, offered by a device or accepted by a driver.</summary>
/// <remarks>
/// <para>VIRTIO 1.3, section 2.2 (Feature Bits) and chapter 6 (Reserved Feature Bits). 64 bits; transports move them
/// as two 32-bit halves, and a version 1 resource table has room for the low half only.</para>
/// <para>A bit number outside 0 to 63 names no feature: no set has it, and adding it changes nothing.</para>
/// </remarks>
/// <param name="bits">The set, bit n being feature n.</param>
public readonly struct VirtioFeatures(ulong bits)
{
    /// <summary>Bit of an rpmsg device that announces its endpoints by name (VIRTIO_RPMSG_F_NS).</summary>
    public const int RpmsgNameService = 0;

    /// <summary>Legacy: the device notifies when it runs out of buffers, whatever the suppression flags say
    /// (VIRTIO_F_NOTIFY_ON_EMPTY).</summary>
    public const int NotifyOnEmpty = 24;

    /// <summary>Legacy: the device accepts any split of a message over descriptors (VIRTIO_F_ANY_LAYOUT).</summary>
    public const int AnyLayout = 27;

    /// <summary>The driver may use tables of descriptors (VIRTIO_F_INDIRECT_DESC).</summary>
    public const int RingIndirectDesc = 28;

    /// <summary>Each side says at which index it wants a notification (VIRTIO_F_EVENT_IDX).</summary>
    /// <remarks>Never offer it to the reference C driver: it accepts every bit and goes on using the flag
    /// words.</remarks>
    public const int RingEventIdx = 29;

    /// <summary>Legacy: a driver must never accept it (VIRTIO_F_BAD_FEATURE).</summary>
    public const int BadFeature = 30;

    /// <summary>The device follows version 1 of the specification (VIRTIO_F_VERSION_1).</summary>
    public const int Version1 = 32;

    /// <summary>The device reaches memory through the platform's translation (VIRTIO_F_ACCESS_PLATFORM).</summary>
    public const int AccessPlatform = 33;

    /// <summary>Packed virtqueues (VIRTIO_F_RING_PACKED).</summary>
    public const int RingPacked = 34;

    /// <summary>The device uses buffers in the order they were made available (VIRTIO_F_IN_ORDER).</summary>
    public const int InOrder = 35;

    /// <summary>Memory accesses are ordered as the platform's, not only as those of processors
    /// (VIRTIO_F_ORDER_PLATFORM).</summary>
    public const int OrderPlatform = 36;

    /// <summary>Single root I/O virtualisation (VIRTIO_F_SR_IOV).</summary>
    public const int SingleRootIoVirtualization = 37;

    /// <summary>The driver's notifications carry extra data (VIRTIO_F_NOTIFICATION_DATA).</summary>
    public const int NotificationData = 38;

    /// <summary>The data of the driver's notifications comes from the device (VIRTIO_F_NOTIF_CONFIG_DATA).</summary>
    public const int NotificationConfigData = 39;

    /// <summary>A single virtqueue can be reset (VIRTIO_F_RING_RESET).</summary>
    public const int RingReset = 40;

    /// <summary>The device has administration virtqueues (VIRTIO_F_ADMIN_VQ).</summary>
    public const int AdminVirtqueue = 41;

    /// <summary>The whole set, bit n being feature n.</summary>
    public ulong Bits { get; } = bits;

    /// <summary>Features 0 to 31: what a version 1 resource table holds.</summary>
    public uint Low32 => unchecked((uint)Bits);

    /// <summary>Features 32 to 63.</summary>
    public uint High32 => (uint)(Bits >> 32);

    /// <summary>Joins the two halves a transport moves.</summary>
    /// <param name="low32">Features 0 to 31.</param>
    /// <param name="high32">Features 32 to 63.</param>
    /// <returns>The set.</returns>
    public static VirtioFeatures FromHalves(uint low32, uint high32) => new(((ulong)high32 << 32) | low32);

    /// <summary>Whether a feature is in the set.</summary>
    /// <param name="bit">Bit number, 0 to 63.</param>
    /// <returns><see langword="false"/> too when the number is outside that range.</returns>
    public bool Has(int bit) => (Bits & Mask(bit)) != 0;

    /// <summary>The set with one feature more.</summary>
    /// <param name="bit">Bit number, 0 to 63.</param>
    /// <returns>The larger set.</returns>
    public VirtioFeatures With(int bit) => new(Bits | Mask(bit));

    /// <summary>The set with one feature less.</summary>
    /// <param name="bit">Bit number, 0 to 63.</param>
    /// <returns>The smaller set.</returns>
    public VirtioFeatures Without(int bit) => new(Bits & ~Mask(bit));

    /// <summary>The features in both sets: what a driver accepts of what a device offers.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>The common features.</returns>
    public VirtioFeatures And(VirtioFeatures other) => new(Bits & other.Bits);

    // A shift count is taken modulo 64: without the test, bit 64 would be an alias of bit 0.
    private static ulong Mask(int bit) => bit is >= 0 and < 64 ? 1UL << bit : 0;
}
