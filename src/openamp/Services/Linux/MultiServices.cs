// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services.Linux;

/// <summary>The remote's part of OpenAMP's multi-services demo on any link, as docs/services.md has it: the client
/// sample, a terminal, terminals that the host creates, raw messages, and the fixed address 1.</summary>
/// <remarks>A host that sends without receiving is made to wait, and nothing is lost. Any thread may look how far it
/// is.</remarks>
internal sealed class MultiServices(Action<string> trace)
{
    public const string SampleName = "rpmsg-client-sample";
    public const string TerminalName = "rpmsg-tty";
    public const string RawName = "rpmsg-raw";

    public const uint SampleAddress = 0x400;
    public const uint TerminalAddress = 0x401;
    public const uint RawAddress = 0x402;
    public const uint FixedAddress = 1;

    /// <summary>What the endpoint of a terminal says as soon as the host has created one.</summary>
    public const string Bound = "bound";

    /// <summary>After how many messages the sample says good-bye.</summary>
    public const int SampleCount = 100;

    /// <summary>How many terminals of the host's have an endpoint at a time; more wait.</summary>
    public const int TerminalCount = 4;

    // The host's terminal n, from 1, has address 16 + n here.
    private const uint TerminalAddressBase = 0x10;

    // No channel of the host's has the name service's address: so an endpoint is not taken for the other end of a
    // terminal that the host announces.
    private const uint Nobody = RpmsgAddress.NameService;

    private readonly Lock _gate = new();
    private readonly HashSet<uint> _terminals = [];
    private long _messages;
    private long _hostTerminals;

    /// <summary>Messages answered.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Terminals that the host created so far.</summary>
    public long HostTerminals => Interlocked.Read(ref _hostTerminals);

    /// <summary>Serves until the link ends.</summary>
    /// <param name="link">The link; it stays open.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task ServeAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> services = [];
        try
        {
            // In this order: it is that of the host's devices.
            services.Add(ServeSampleAsync(
                await OpenAsync(link, SampleName, SampleAddress, done.Token).ConfigureAwait(false), done.Token));
            services.Add(AnswerAsync(
                await OpenAsync(link, TerminalName, TerminalAddress, done.Token).ConfigureAwait(false),
                "TTY 0: ",
                done.Token));
            services.Add(AnswerAsync(
                await OpenAsync(link, RawName, RawAddress, done.Token).ConfigureAwait(false),
                PrefixOf(RawAddress),
                done.Token));
            services.Add(AnswerAsync(
                link.CreateEndpoint(At(FixedAddress)), PrefixOf(FixedAddress), done.Token));
            services.Add(ServeHostTerminalsAsync(link, done.Token));
            trace("services are up");
            await link.Completion.WaitAsync(done.Token).ConfigureAwait(false);
        }
        catch (RpmsgClosedException)
        {
            // The link ended while they were opened.
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(services).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static ValueTask<RpmsgEndpoint> OpenAsync(
        RpmsgLink link, string name, uint address, CancellationToken cancellationToken)
        => link.CreateEndpointAsync(name, At(address) with { RemoteAddress = Nobody }, cancellationToken);

    private static RpmsgEndpointOptions At(uint address)
        => new() { LocalAddress = address, WhenFull = ReceiveFullMode.PauseLink };

    private static string PrefixOf(uint address)
        => string.Create(CultureInfo.InvariantCulture, $"from ept 0x{address:x4}: ");

    /// <summary>Returns a hundred messages, then leaves, which the host is told.</summary>
    private async Task ServeSampleAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        await EndWithLinkAsync(endpoint, async () =>
        {
            for (int i = 0; i < SampleCount; i++)
            {
                using RpmsgMessage message = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                await endpoint.SendToAsync(message.Memory, message.Source, cancellationToken).ConfigureAwait(false);
                Interlocked.Increment(ref _messages);
            }

            trace("goodbye!");
        }).ConfigureAwait(false);
    }

    /// <summary>Answers each message with a text and the message.</summary>
    private Task AnswerAsync(RpmsgEndpoint endpoint, string prefix, CancellationToken cancellationToken)
        => EndWithLinkAsync(endpoint, () => AnswerAllAsync(endpoint, prefix, cancellationToken));

    private async Task AnswerAllAsync(RpmsgEndpoint endpoint, string prefix, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[endpoint.MaxPayloadBytes];
        int prefixBytes = Encoding.ASCII.GetBytes(prefix, answer);
        while (true)
        {
            using RpmsgMessage message = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);

            // What does not fit beside the text follows in a second message.
            int fitting = Math.Min(message.LengthBytes, answer.Length - prefixBytes);
            message.Payload[..fitting].CopyTo(answer.AsSpan(prefixBytes));
            await endpoint.SendToAsync(
                answer.AsMemory(0, prefixBytes + fitting), message.Source, cancellationToken).ConfigureAwait(false);
            if (fitting < message.LengthBytes)
            {
                await endpoint.SendToAsync(message.Memory[fitting..], message.Source, cancellationToken)
                    .ConfigureAwait(false);
            }

            Interlocked.Increment(ref _messages);
        }
    }

    /// <summary>Gives each terminal that the host creates an endpoint for as long as it lasts.</summary>
    [SuppressMessage(
        "Reliability", "CA2025", Justification = "All of them are awaited before the count of free places goes.")]
    private async Task ServeHostTerminalsAsync(RpmsgLink link, CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(TerminalCount);
        List<Task> terminals = [];
        try
        {
            // Linux takes an announcement for one more channel, so there is none.
            using RpmsgListener listener = link.Listen(TerminalName, new() { Announce = false });
            while (true)
            {
                await free.WaitAsync(cancellationToken).ConfigureAwait(false);
                RpmsgEndpoint channel = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                terminals.RemoveAll(terminal => terminal.IsCompleted);
                terminals.Add(ServeHostTerminalAsync(channel, free, cancellationToken));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpmsgClosedException
            or InvalidOperationException)
        {
            // No terminal comes any more, or none can be announced: the link has no name service.
        }

        await Task.WhenAll(terminals).ConfigureAwait(false);
    }

    /// <summary>Serves one.</summary>
    /// <param name="channel">Ends when the host lets go of it. Its address is any, so another endpoint answers.</param>
    /// <param name="free">Told of the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task ServeHostTerminalAsync(
        RpmsgEndpoint channel, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        uint number = TakeNumber();
        Interlocked.Increment(ref _hostTerminals);
        trace($"terminal {number} of the host's 0x{channel.RemoteAddress:x}");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await EndWithLinkAsync(channel, async () =>
        {
            Task answering = AnswerTerminalAsync(channel, number, done.Token);
            await Task.WhenAny(channel.Completion, answering).ConfigureAwait(false);
            await done.CancelAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(false);
        }).ConfigureAwait(false);
        trace($"terminal {number} is gone");
        lock (_gate)
        {
            _terminals.Remove(number);
        }

        free.Release();
    }

    private Task AnswerTerminalAsync(RpmsgEndpoint channel, uint number, CancellationToken cancellationToken)
    {
        RpmsgEndpoint endpoint = channel.Link.CreateEndpoint(
            At(TerminalAddressBase + number) with { RemoteAddress = channel.RemoteAddress });
        return EndWithLinkAsync(endpoint, async () =>
        {
            // The host learns this end's address from its first message.
            await endpoint.SendAsync(Encoding.ASCII.GetBytes(Bound), cancellationToken).ConfigureAwait(false);
            await AnswerAllAsync(endpoint, $"TTY {number}: ", cancellationToken).ConfigureAwait(false);
        });
    }

    private uint TakeNumber()
    {
        lock (_gate)
        {
            uint number = 1;
            while (!_terminals.Add(number))
            {
                number++;
            }

            return number;
        }
    }

    /// <summary>Runs a service until it is done, or its endpoint or link ends, or it is cancelled.</summary>
    private static async Task EndWithLinkAsync(RpmsgEndpoint endpoint, Func<Task> serve)
    {
        await using (endpoint.ConfigureAwait(false))
        {
            try
            {
                await serve().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RpmsgClosedException or OperationCanceledException)
            {
                // Nobody is left to answer.
            }
        }
    }
}
