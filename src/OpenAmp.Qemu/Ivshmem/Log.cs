// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Extensions.Logging;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>What the ivshmem server logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "ivshmem server at {Path}: {Bytes} bytes, {Vectors} vectors a peer")]
    internal static partial void ServerUp(ILogger logger, string path, long bytes, int vectors);

    [LoggerMessage(2, LogLevel.Information, "ivshmem server at {Path}: peer {Id} joined, {Count} now")]
    internal static partial void PeerJoined(ILogger logger, string path, int id, int count);

    [LoggerMessage(3, LogLevel.Information, "ivshmem server at {Path}: peer {Id} left ({Why}), {Count} now")]
    internal static partial void PeerLeft(ILogger logger, string path, int id, string why, int count);

    [LoggerMessage(4, LogLevel.Warning, "ivshmem server at {Path}: turned a client away: {Why}")]
    internal static partial void PeerRefused(ILogger logger, string path, string why);

    [LoggerMessage(5, LogLevel.Error, "ivshmem server at {Path}: accepts no more clients: {Why}")]
    internal static partial void AcceptFailed(ILogger logger, string path, string why);
}
