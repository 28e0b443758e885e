// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Messages;

/// <summary>Where the streams of a bridge come from.</summary>
internal interface IStreamSource : IAsyncDisposable
{
    /// <summary>What it is, for people.</summary>
    string Describe();

    /// <summary>Serves one stream, or one after another.</summary>
    /// <returns>Completes when there are no more.</returns>
    Task ServeAsync(BridgeSession session, CancellationToken cancellationToken);
}
