// SPDX-License-Identifier: BSD-3-Clause

using System.Diagnostics.CodeAnalysis;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The rings of a link for a device whose transport names each part of a ring by itself.</summary>
/// <param name="ToDriver">From the device to the driver: ring 0 of the virtio device.</param>
/// <param name="ToDevice">From the driver to the device: ring 1 of the virtio device.</param>
public sealed record RpmsgDeviceRings(VringPlace ToDriver, VringPlace ToDevice)
{
    /// <summary>The link's engine, once there is a link.</summary>
    internal LinkEngine? Engine { get; set; }

    /// <summary>Where another device would go on in the two available rings. What the program still holds of the link
    /// that has ended is lost to the driver then.</summary>
    /// <returns>Free-running indices; those of the places while no link was created. Only of a link that has ended:
    /// before, they move.</returns>
    [SuppressMessage("Design", "CA1024", Justification = "It changes from call to call.")]
    public (ushort ToDriver, ushort ToDevice) GetTakenIndices()
        => Engine?.TakenIndices ?? (ToDriver.AvailIndex, ToDevice.AvailIndex);
}
