// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Messages;

/// <summary>Standard input and output, once.</summary>
internal sealed class StandardSource : IStreamSource
{
    public string Describe() => "standard input and output";

    [SuppressMessage("Reliability", "CA2000", Justification = "The pair owns both.")]
    public async Task ServeAsync(BridgeSession session, CancellationToken cancellationToken)
    {
        var both = new TwoStreams(Console.OpenStandardInput(), Console.OpenStandardOutput());
        await using (both.ConfigureAwait(false))
        {
            await session.ServeAsync(both, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
