// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A link that another program has: each endpoint is a connection of its own.</summary>
internal sealed class LinkCarrier(string path, string program, SharedLinkState link, IDisposable? owned) : RpmsgCarrier
{
    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastMessagesTime = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<RpmsgCloseReason> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lock _lock = new();
    private readonly HashSet<EndpointPort> _ports = [];

    public override string Description => $"link '{link.Name}' of {program}";

    public override VirtioRole Role => link.Role;

    // A device does not know it before its driver has offered a buffer; the other program refuses what is too long.
    public override int MaxPayloadBytes => link.MaxPayloadBytes is > 0 and < ushort.MaxValue
        ? link.MaxPayloadBytes : ushort.MaxValue;

    public override Task<RpmsgCloseReason> Completion => _completion.Task;

    public override bool BindsEndpoints => true;

    public override bool OpensUnbound(RpmsgPortRequest request) => true;

    public override async ValueTask<RpmsgPort> OpenPortAsync(
        RpmsgPortRequest request,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OpenTime);
        try
        {
            SharingRequest asked = SharingRequest.For(SharingVerb.Endpoint) with
            {
                Link = link.Number,
                Name = request.Name,
                Local = request.LocalAddress == RpmsgAddress.Any ? null : request.LocalAddress,
                Remote = request.RemoteAddress == RpmsgAddress.Any ? null : request.RemoteAddress,
                Announce = request.Announce,
                Pause = request.WhenFull == ReceiveFullMode.PauseLink,
            };
            EndpointPort port = await EndpointPort.OpenAsync(path, Description, asked, MaxPayloadBytes, limit.Token)
                .ConfigureAwait(false);
            lock (_lock)
            {
                _ports.Add(port);
            }

            _ = port.Ended.ContinueWith(_ => Forget(port), TaskScheduler.Default);
            return port;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{Description} made no endpoint within {OpenTime}. Is the program stopped, in a "
                + "debugger perhaps?", error);
        }
    }

    public override async IAsyncEnumerable<RpmsgServiceChange> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<RpmsgService> known = [];
        await foreach (SharedServices told in ServicesOfOthers.WatchAsync(path, link.Number, End, cancellationToken)
            .ConfigureAwait(false))
        {
            HashSet<RpmsgService> free = [.. told.Services.Where(static service => !service.IsTaken)];
            foreach (RpmsgService gone in known.Except(free))
            {
                yield return new RpmsgServiceChange(gone.Name, gone.Address, IsWithdrawal: true);
            }

            foreach (RpmsgService service in free.Except(known))
            {
                yield return new RpmsgServiceChange(service.Name, service.Address, IsWithdrawal: false);
            }

            known = free;
        }
    }

    /// <summary>Says that the link is over. Its endpoints have a moment for their last messages.</summary>
    internal void End(RpmsgCloseReason reason) => _ = Task.Run(() => EndAsync(reason));

    public override ValueTask DisposeAsync()
    {
        owned?.Dispose();
        _completion.TrySetResult(RpmsgCloseReason.Disposed);
        return ValueTask.CompletedTask;
    }

    private async Task EndAsync(RpmsgCloseReason reason)
    {
        Task[] ends;
        lock (_lock)
        {
            ends = [.. _ports.Select(static port => port.Ended)];
        }

        await Task.WhenAll(ends).WaitAsync(LastMessagesTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The other program's link was disposed there; here nobody did.
        _completion.TrySetResult(reason == RpmsgCloseReason.Disposed ? RpmsgCloseReason.PeerGone : reason);
    }

    private void Forget(EndpointPort port)
    {
        lock (_lock)
        {
            _ports.Remove(port);
        }
    }
}
