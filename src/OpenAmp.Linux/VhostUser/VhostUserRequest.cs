// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>Requests of a front end that this back end knows. vhost-user protocol, "Front-end message types".</summary>
internal enum VhostUserRequest : uint
{
    GetFeatures = 1,
    SetFeatures = 2,
    SetOwner = 3,
    ResetOwner = 4,
    SetMemoryTable = 5,
    SetVringSize = 8,
    SetVringAddress = 9,
    SetVringBase = 10,
    GetVringBase = 11,
    SetVringKick = 12,
    SetVringCall = 13,
    SetVringError = 14,
    GetProtocolFeatures = 15,
    SetProtocolFeatures = 16,
    GetQueueCount = 17,
    SetVringEnable = 18,
    SetBackEndSocket = 21,
    GetConfiguration = 24,
    SetConfiguration = 25,
    ResetDevice = 34,
    VringKick = 35,
    GetMaxMemorySlots = 36,
    AddMemoryRegion = 37,
    RemoveMemoryRegion = 38,
    SetStatus = 39,
    GetStatus = 40,
}
