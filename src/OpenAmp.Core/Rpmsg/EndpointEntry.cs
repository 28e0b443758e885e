// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>One place of an <see cref="EndpointList"/>, in this side's own memory.</summary>
public struct EndpointEntry
{
    internal uint Address;

    internal nint Context;
}
