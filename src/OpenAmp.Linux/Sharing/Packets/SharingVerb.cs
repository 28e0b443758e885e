// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What another program asks for: the first packet of a connection, and its only request.</summary>
internal enum SharingVerb
{
    /// <summary>The state now.</summary>
    Info,

    /// <summary>The state now, and each change.</summary>
    Watch,
    Load,
    Start,
    Stop,
    Shutdown,
    Suspend,
    Resume,
    Attach,
    Detach,
    Recover,

    /// <summary>The processor's memory as a core dump.</summary>
    Dump,

    /// <summary>The lines of a trace buffer.</summary>
    Trace,

    /// <summary>A link's services and endpoints, now and each time they change.</summary>
    Services,

    /// <summary>An endpoint: the connection is a pipe of messages from then on.</summary>
    Endpoint,
}
