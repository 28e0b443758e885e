// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Firmware that has been read and checked, and has no place yet.</summary>
internal sealed record CheckedFirmware(
    FirmwareStore Store,
    FirmwareFormat Format,
    FirmwareImage Image,
    ResourceTable? Table);
