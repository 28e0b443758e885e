// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>One place of an <see cref="EndpointTable"/>, in this side's own memory. All zeros is an empty place.
/// </summary>
public struct EndpointSlot
{
    /// <summary>0 empty, 1 was used once, 2 used. Written last when a place is filled, first when it is emptied, so
    /// that a reader who sees 2 twice around its look saw one endpoint.</summary>
    internal volatile uint State;

    internal volatile uint Address;

    internal volatile nint Context;
}
