// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What a program does with what an <see cref="RpmsgEngine{TTransmit,TReceive,TPlatform}"/> receives.
/// </summary>
/// <remarks>Always a struct given as a type argument.</remarks>
public interface IRpmsgHandler
{
    /// <summary>Whether this program wants to hear of the peer's endpoints. Where it does not, what is sent to the name
    /// service is dropped unread. A constant.</summary>
    static virtual bool HearsNameService => true;

    /// <summary>A message came for an endpoint of this side.</summary>
    /// <param name="context">What the endpoint was created with.</param>
    /// <param name="delivery">The message.</param>
    /// <returns><see langword="true"/> to keep the buffer, which then goes to the engine's Release; any other buffer
    /// is given back when this returns.</returns>
    bool OnMessage(nint context, in RpmsgDelivery delivery);

    /// <summary>The peer announced an endpoint of its own, or took it back.</summary>
    /// <param name="message">What it said.</param>
    void OnNameService(in NameServiceMessage message);
}
