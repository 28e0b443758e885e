// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Linux;

/// <summary>What a request may look like: bytes of payload, descriptors, and what must have been negotiated.</summary>
internal readonly record struct VhostUserRule(
    int MinBytes, int MaxBytes, int MinDescriptors, int MaxDescriptors, VhostUserProtocolFeatures Needs)
{
    internal const int WordBytes = 8;
    internal const int AddressBytes = 40;
    internal const int ConfigurationHeadBytes = 12;
    internal const int MaxConfigurationBytes = 256;
    internal const int MemoryTableHeadBytes = 8;
    internal const int MaxTableRegions = 8;
    internal const int MemorySlotBytes = 40;

    /// <summary>The longest payload that any request has.</summary>
    internal const int MaxPayloadBytes = ConfigurationHeadBytes + MaxConfigurationBytes;

    internal static IReadOnlyDictionary<VhostUserRequest, VhostUserRule> All { get; } =
        new Dictionary<VhostUserRequest, VhostUserRule>
        {
            [VhostUserRequest.GetFeatures] = Of(0),
            [VhostUserRequest.SetFeatures] = Of(WordBytes),
            [VhostUserRequest.SetOwner] = Of(0),
            [VhostUserRequest.ResetOwner] = Of(0),
            [VhostUserRequest.SetMemoryTable] = new(MemoryTableHeadBytes,
                MemoryTableHeadBytes + (MaxTableRegions * VhostUserRegionMessage.SizeOfMessage), 0, MaxTableRegions, 0),
            [VhostUserRequest.SetVringSize] = Of(WordBytes),
            [VhostUserRequest.SetVringAddress] = Of(AddressBytes),
            [VhostUserRequest.SetVringBase] = Of(WordBytes),
            [VhostUserRequest.GetVringBase] = Of(WordBytes),
            [VhostUserRequest.SetVringKick] = Of(WordBytes) with { MaxDescriptors = 1 },
            [VhostUserRequest.SetVringCall] = Of(WordBytes) with { MaxDescriptors = 1 },
            [VhostUserRequest.SetVringError] = Of(WordBytes) with { MaxDescriptors = 1 },
            [VhostUserRequest.GetProtocolFeatures] = Of(0),
            [VhostUserRequest.SetProtocolFeatures] = Of(WordBytes),
            [VhostUserRequest.GetQueueCount] = Of(0, VhostUserProtocolFeatures.QueueCount),
            [VhostUserRequest.SetVringEnable] = Of(WordBytes),
            [VhostUserRequest.SetBackEndSocket] =
                new(0, 0, 1, 1, VhostUserProtocolFeatures.BackEndRequests),
            [VhostUserRequest.GetConfiguration] = Configuration,
            [VhostUserRequest.SetConfiguration] = Configuration,
            [VhostUserRequest.ResetDevice] = Of(0, VhostUserProtocolFeatures.ResetDevice),
            [VhostUserRequest.VringKick] = Of(WordBytes, VhostUserProtocolFeatures.InBandNotifications),
            [VhostUserRequest.GetMaxMemorySlots] = Of(0, VhostUserProtocolFeatures.MemorySlots),
            [VhostUserRequest.AddMemoryRegion] =
                new(MemorySlotBytes, MemorySlotBytes, 1, 1, VhostUserProtocolFeatures.MemorySlots),
            [VhostUserRequest.RemoveMemoryRegion] =
                new(MemorySlotBytes, MemorySlotBytes, 0, 1, VhostUserProtocolFeatures.MemorySlots),
            [VhostUserRequest.SetStatus] = Of(WordBytes, VhostUserProtocolFeatures.Status),
            [VhostUserRequest.GetStatus] = Of(0, VhostUserProtocolFeatures.Status),
        };

    private static VhostUserRule Configuration
        => new(ConfigurationHeadBytes, MaxPayloadBytes, 0, 0, VhostUserProtocolFeatures.Configuration);

    private static VhostUserRule Of(int bytes, VhostUserProtocolFeatures needs = VhostUserProtocolFeatures.None)
        => new(bytes, bytes, 0, 0, needs);
}
