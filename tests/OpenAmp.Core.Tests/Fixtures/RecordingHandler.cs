// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Core.Tests;

/// <summary>Writes down all that it is told.</summary>
internal readonly struct RecordingHandler : IRpmsgHandler
{
    private readonly Inbox _inbox;

    public RecordingHandler(Inbox inbox) => _inbox = inbox;

    public bool OnMessage(nint context, in RpmsgDelivery delivery)
    {
        _inbox.Messages.Add(new(context, delivery.Source, delivery.Destination, delivery.Payload.ToArray()));
        if (_inbox.KeepsBuffers)
        {
            _inbox.Kept.Add(delivery.Buffer);
        }

        return _inbox.KeepsBuffers;
    }

    public void OnNameService(in NameServiceMessage message) => _inbox.Announcements.Add(message);
}
