// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Bench;

/// <summary>What the two processes of a benchmark do together.</summary>
internal enum BenchTask
{
    /// <summary>Nothing more: the peer ends.</summary>
    End,

    /// <summary>Bounce one cache line each way.</summary>
    CacheLine,

    /// <summary>Bounce two eventfds.</summary>
    EventFd,

    /// <summary>Bounce a byte over a UNIX stream socket.</summary>
    StreamSocket,

    /// <summary>Send datagrams one way over a UNIX socket.</summary>
    Datagrams,

    /// <summary>Send bytes one way over a UNIX stream socket.</summary>
    StreamBytes,

    /// <summary>Copy payloads in and out of shared memory, one way.</summary>
    Copy,

    /// <summary>Open an RPMsg link and serve it until <see cref="CloseLink"/>.</summary>
    OpenLink,

    /// <summary>Close the link.</summary>
    CloseLink,
}
