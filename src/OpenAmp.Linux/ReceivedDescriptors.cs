// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>What <see cref="FileDescriptorPassing.Receive"/> took from the socket.</summary>
/// <param name="messageBytes">Length of the message in bytes.</param>
/// <param name="handles">The descriptors, in the sender's order.</param>
public sealed class ReceivedDescriptors(int messageBytes, IReadOnlyList<SafeFileHandle> handles) : IDisposable
{
    /// <summary>Length of the message in bytes; zero when the peer closed the socket.</summary>
    public int MessageBytes { get; } = messageBytes;

    /// <summary>The descriptors, in the sender's order. The receiver owns them.</summary>
    public IReadOnlyList<SafeFileHandle> Handles { get; } = handles;

    /// <summary>Closes all descriptors: for a receiver that does not want them.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in Handles)
        {
            handle.Dispose();
        }
    }
}
