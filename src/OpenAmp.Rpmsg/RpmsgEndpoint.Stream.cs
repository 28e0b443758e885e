// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

public sealed partial class RpmsgEndpoint
{
    /// <summary>Wraps the endpoint as a stream of bytes. Nothing else should receive from it then.</summary>
    /// <param name="ownsEndpoint">Whether disposing the stream disposes the endpoint.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="InvalidOperationException">The endpoint has an inline handler.</exception>
    public RpmsgStream AsStream(bool ownsEndpoint = true)
    {
        if (_options.InlineHandler is not null)
        {
            throw new InvalidOperationException(
                $"Endpoint {Describe()} has an inline handler; a stream needs one without.");
        }

        return new RpmsgStream(this, ownsEndpoint);
    }

    /// <summary>Wraps the endpoint as a pair of pipes. Nothing else should receive from it then.</summary>
    /// <param name="ownsEndpoint">Whether disposing the pipes disposes the endpoint.</param>
    /// <returns>The pipes.</returns>
    /// <exception cref="InvalidOperationException">The endpoint has an inline handler.</exception>
    public RpmsgDuplexPipe AsDuplexPipe(bool ownsEndpoint = true) => new(AsStream(ownsEndpoint));
}
