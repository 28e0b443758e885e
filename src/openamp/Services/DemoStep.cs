// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Tool.Services;

/// <summary>One step of the demo: what the host does and what the remote does.</summary>
internal sealed record DemoStep(string Name, Func<DemoService> Host, Func<DemoService> Remote)
{
    private const int WordBytes = 8;

    /// <summary>The steps of the demo, in the order in which both processes take them.</summary>
    public static IReadOnlyList<DemoStep> All(int floodMessagesPerSize) =>
    [
        new("echo, all sizes", () => new PingService(WordBytes), () => new EchoService()),
        new("no-copy echo", () => new NoCopyPingService(WordBytes), () => new NoCopyEchoService()),
        new("sample", () => new SamplePingService(), () => new SampleEchoService()),
        new("matrix multiply", () => new MatrixClientService(), () => new MatrixServerService()),
        new("flood", () => new FloodService(WordBytes, floodMessagesPerSize), () => new EchoService()),
    ];
}
