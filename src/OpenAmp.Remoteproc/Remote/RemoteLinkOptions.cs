// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>How the remote's side of an RPMsg device is opened.</summary>
public sealed record RemoteLinkOptions
{
    /// <summary>Which of the table's RPMsg devices, from 0.</summary>
    public int Ordinal { get; init; }

    /// <summary>How long the host may take to set DRIVER_OK. 30 s by default.</summary>
    public TimeSpan DriverReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What this side says in used lengths. The whole buffer by default, as the C library does.</summary>
    public UsedLength UsedLength { get; init; } = UsedLength.WholeBuffer;

    /// <summary>How the link behaves. Its name is made from the processor's.</summary>
    public RpmsgLinkOptions Link { get; init; } = new();
}
