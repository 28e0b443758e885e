// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Services;

/// <summary>The services that the demo programs announce.</summary>
internal static class DemoServiceNames
{
    /// <summary>Echo, ping, flood and matrix multiplication.</summary>
    public const string DemoChannel = "rpmsg-openamp-demo-channel";

    /// <summary>The sample with its hundred greetings.</summary>
    public const string Sample = "rpmsg-client-sample";
}
