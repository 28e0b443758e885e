// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.CLibrary;

/// <summary>Hands what is received to the C firmware's functions.</summary>
/// <param name="config">Its description of the remote.</param>
internal readonly unsafe struct Handler(Config* config) : IRpmsgHandler
{
    private const int Keep = 1;

    /// <inheritdoc/>
    public bool OnMessage(nint context, in RpmsgDelivery delivery)
    {
        // SAFETY: the context is the endpoint that the C firmware keeps until it destroys it.
        var endpoint = (Endpoint*)context;
        Message message;
        message.Buffer = delivery.Buffer;
        message.Payload = message.Buffer.Payload;
        message.LengthBytes = delivery.LengthBytes;
        message.Source = delivery.Source;
        message.Destination = delivery.Destination;
        return (int)Native.Call(endpoint->Context, endpoint, (nuint)(&message), endpoint->OnMessage) == Keep;
    }

    /// <inheritdoc/>
    public void OnNameService(in NameServiceMessage message)
    {
        if (config->Announced != null)
        {
            // SAFETY: the message is on the caller's stack, and laid out as openamp_announcement.
            fixed (NameServiceMessage* announcement = &message)
            {
                _ = Native.Call(config->Context, announcement, 0, config->Announced);
            }
        }
    }
}
