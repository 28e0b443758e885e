// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using OpenAmp.Rpmsg;

namespace OpenAmp.Core.Tests;

/// <summary>What a <see cref="RecordingHandler"/> was told.</summary>
internal sealed class Inbox
{
    public List<ReceivedMessage> Messages { get; } = [];

    public List<NameServiceMessage> Announcements { get; } = [];

    public List<RpmsgBuffer> Kept { get; } = [];

    /// <summary>Whether the handler keeps the buffers from now on.</summary>
    public bool KeepsBuffers { get; set; }
}
