// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>The words of the attribute <c>state</c>.</summary>
internal static class RemoteprocStates
{
    public const string Offline = "offline";
    public const string Suspended = "suspended";
    public const string Running = "running";
    public const string Crashed = "crashed";
    public const string Attached = "attached";
    public const string Detached = "detached";

    /// <summary>Its driver is being removed (since 6.2).</summary>
    public const string Deleted = "deleted";

    /// <summary>A number that the kernel has no word for.</summary>
    public const string Invalid = "invalid";

    /// <summary>What a word means here.</summary>
    /// <param name="word">The word.</param>
    /// <param name="hasFirmware">Whether the kernel would find the firmware that is set.</param>
    /// <returns><see langword="null"/> for a word that says nothing of the processor.</returns>
    public static RemoteProcessorState? TryParse(string word, bool hasFirmware) => word switch
    {
        Offline or Deleted => hasFirmware ? RemoteProcessorState.Ready : RemoteProcessorState.Offline,
        Running => RemoteProcessorState.Running,
        Suspended => RemoteProcessorState.Suspended,
        Crashed => RemoteProcessorState.Crashed,
        Attached => RemoteProcessorState.Attached,
        Detached => RemoteProcessorState.Detached,
        _ => null,
    };
}
