// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Bench;

/// <summary>An RPMsg link to the benchmark's peer, and the measurements on it.</summary>
internal sealed class BenchLink : IAsyncDisposable
{
    private readonly BenchHost _host;
    private readonly int _linkNumber;
    private readonly int _processor;

    public BenchLink(BenchHost host, RpmsgLink link, int processor, int linkNumber)
    {
        _host = host;
        _processor = processor;
        _linkNumber = linkNumber;
        Link = link;
    }

    public RpmsgLink Link { get; }

    /// <summary>Bounces messages off the peer's echo, one at a time, on the link's own thread.</summary>
    /// <param name="sizeBytes">Payload, in bytes.</param>
    /// <param name="count">Rounds.</param>
    /// <param name="roundsPerSample">Rounds a sample.</param>
    /// <param name="samples">Where the times go.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RoundTripsAsync(
        int sizeBytes,
        int count,
        int roundsPerSample,
        Samples samples,
        CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] payload = new byte[sizeBytes];
        int round = 0;
        long start = 0;
        RpmsgEndpoint endpoint = Link.CreateEndpoint(new RpmsgEndpointOptions
        {
            RemoteAddress = BenchEndpoints.Echo,
            InlineHandler = (RpmsgEndpoint self, ref RpmsgInlineMessage message) =>
            {
                if (round == 0)
                {
                    BenchInterop.Pin(_processor);
                    start = Stopwatch.GetTimestamp();
                }
                else if (round % roundsPerSample == 0)
                {
                    samples.Add(start, roundsPerSample);
                    start = Stopwatch.GetTimestamp();
                }

                if (round++ == count)
                {
                    done.SetResult();
                }
                else if (message.Payload.Length != sizeBytes || !self.TrySend(payload))
                {
                    done.SetException(new InvalidOperationException("An echo was lost or has the wrong length."));
                }
            },
        });
        await using (endpoint.ConfigureAwait(false))
        {
            _ = endpoint.TrySend(payload);
            await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends messages one way as fast as they go; the peer copies each out.</summary>
    /// <param name="sizeBytes">Payload, in bytes.</param>
    /// <param name="count">Messages.</param>
    /// <param name="batch">How many are shown to the peer at once.</param>
    /// <param name="cancellationToken">Ends the wait for the peer's answer to the last.</param>
    /// <returns>Seconds until the peer had them all.</returns>
    public async Task<double> OneWayAsync(int sizeBytes, int count, int batch, CancellationToken cancellationToken)
    {
        RpmsgEndpoint endpoint = Link.CreateEndpoint(new RpmsgEndpointOptions { RemoteAddress = BenchEndpoints.Sink });
        await using (endpoint.ConfigureAwait(false))
        {
            BenchInterop.Pin(_processor);
            long start = Stopwatch.GetTimestamp();
            SendAll(endpoint, sizeBytes, count, batch);
            using RpmsgMessage answer = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    public async ValueTask DisposeAsync() => await _host.CloseLinkAsync(Link, _linkNumber).ConfigureAwait(false);

    private static void SendAll(RpmsgEndpoint endpoint, int sizeBytes, int count, int batch)
    {
        byte[] payload = new byte[sizeBytes];
        for (int i = 1; i <= count; i++)
        {
            payload[0] = i == count ? BenchEndpoints.LastMark : (byte)0;
            bool more = i % batch != 0 && i != count;
            while (!endpoint.TrySend(payload, more))
            {
                Thread.SpinWait(1);
            }
        }
    }
}
