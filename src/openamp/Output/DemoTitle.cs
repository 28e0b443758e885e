// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>Says who the two processes of the demo are.</summary>
internal static class DemoTitle
{
    public static string Of(LinkSettings settings, int remoteProcessId)
    {
        (string host, string remote) = settings.Role == VirtioRole.Driver ? ("driver", "device") : ("device", "driver");
        return $"Host ({host}, process {Environment.ProcessId}) and remote ({remote}, process {remoteProcessId}) over "
            + $"/dev/shm/{settings.SharedMemoryName}";
    }
}
