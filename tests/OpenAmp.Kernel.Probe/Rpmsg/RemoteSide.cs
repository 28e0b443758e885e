// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>A link to the firmware that the test plays on the host, and its endpoint for commands: a case tells it what
/// to do.</summary>
internal sealed class RemoteSide : IAsyncDisposable
{
    /// <summary>Addresses of the firmware's fixed endpoints: it answers with the same, takes nothing for a while, and
    /// obeys.</summary>
    public const uint EchoAddress = 0x1;
    public const uint SinkAddress = 0x2;
    public const uint CommandAddress = 0x3;

    [SuppressMessage("Usage", "CA2213", Justification = "It ends with its link.")]
    private readonly RpmsgEndpoint _commands;

    private RemoteSide(RpmsgLink link, CancellationToken token)
    {
        Link = link;
        Token = token;
        _commands = link.CreateEndpoint(new() { RemoteAddress = CommandAddress });
    }

    public RpmsgLink Link { get; }

    public CancellationToken Token { get; }

    public static async Task<RemoteSide> OpenAsync(CancellationToken token)
        => new(await KernelRpmsgLink.OpenAsync(new(), token).ConfigureAwait(false), token);

    /// <summary>Gives a command and waits for its answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _commands.SendAsync(Encoding.UTF8.GetBytes(command), Token).ConfigureAwait(false);
        using RpmsgMessage answer = await _commands.ReceiveAsync(Token).ConfigureAwait(false);
        return Encoding.UTF8.GetString(answer.Payload);
    }

    public async Task TellAsync(string command) => Check.Equal("done", await AskAsync(command).ConfigureAwait(false));

    /// <summary>Sends a message and expects the same back.</summary>
    public async Task RoundTripAsync(RpmsgEndpoint endpoint, byte[] payload)
    {
        await endpoint.SendAsync(payload, Token).ConfigureAwait(false);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Token).ConfigureAwait(false);
        Check.That(answer.Payload.SequenceEqual(payload));
    }

    /// <summary>Makes the firmware take nothing for some seconds.</summary>
    public async Task StopAsync()
    {
        await TellAsync("stop").ConfigureAwait(false);
        RpmsgEndpoint sink = Link.CreateEndpoint(new() { RemoteAddress = SinkAddress });
        await using (sink.ConfigureAwait(false))
        {
            // One is being worked on, one waits, and the third waits for its place with all that follow.
            for (int i = 0; i < 3; i++)
            {
                await sink.SendAsync(new byte[1], Token).ConfigureAwait(false);
            }
        }
    }

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}
