// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Services;

/// <summary>Names in the host's announcements.</summary>
public static class ServiceName
{
    /// <summary>Whether an announcement is about a service.</summary>
    /// <param name="message">The announcement.</param>
    /// <param name="name">The service, at most 31 bytes.</param>
    /// <returns>Whether the names are the same, byte for byte.</returns>
    public static bool Is(in NameServiceMessage message, ReadOnlySpan<byte> name)
    {
        RpmsgName announced = message.Name;
        ReadOnlySpan<byte> bytes = announced;
        for (int i = 0; i < name.Length; i++)
        {
            if (bytes[i] != name[i])
            {
                return false;
            }
        }

        return bytes[name.Length] == 0;
    }
}
