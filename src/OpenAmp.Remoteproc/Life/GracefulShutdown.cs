// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Asking firmware to end by itself before it is stopped by force.</summary>
/// <remarks>The remote announces a service for it. The host sends the request there; the remote sends any message back
/// when it has put its things in order, and then ends or waits to be stopped. Firmware that announces none, but has a
/// processor state entry in its table (version 2), is asked there.</remarks>
public sealed record GracefulShutdown
{
    /// <summary>Name of the service that such firmware announces, unless said otherwise.</summary>
    public const string DefaultServiceName = "rpmsg-shutdown";

    /// <summary>Name of the service that the remote announces.</summary>
    public string ServiceName { get; init; } = DefaultServiceName;

    /// <summary>The request: the C demos' shutdown word by default, 0xEF56A55A.</summary>
    public ReadOnlyMemory<byte> Request { get; init; } = new byte[] { 0x5a, 0xa5, 0x56, 0xef };

    /// <summary>How long the answer may take; then the processor is stopped by force. 1 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
}
