// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Services;

/// <summary>A demo service could not do what it is for; the message says why in one line.</summary>
internal sealed class ServiceFailedException : Exception
{
    public ServiceFailedException()
        : this("The service failed.")
    {
    }

    public ServiceFailedException(string message)
        : base(message)
    {
    }

    public ServiceFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
