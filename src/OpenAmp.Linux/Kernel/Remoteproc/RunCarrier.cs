// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A kernel's RPMsg transport for one run of a processor: over when the transport is, or when the run is.
/// </summary>
/// <remarks>A kernel that does not recover a processor that crashed leaves its RPMsg devices as they are: without this
/// nobody would notice that nobody answers.</remarks>
internal sealed class RunCarrier : RpmsgCarrier
{
    private readonly RpmsgCarrier _transport;
    private readonly TaskCompletionSource<RpmsgCloseReason> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunCarrier(RpmsgCarrier transport)
    {
        _transport = transport;
        Completion = Task.WhenAny(transport.Completion, _ended.Task).Unwrap();
    }

    public override string Description => _transport.Description;

    public override VirtioRole Role => _transport.Role;

    public override int MaxPayloadBytes => _transport.MaxPayloadBytes;

    public override Task<RpmsgCloseReason> Completion { get; }

    public override bool OpensUnbound(RpmsgPortRequest request) => _transport.OpensUnbound(request);

    public override ValueTask<RpmsgPort> OpenPortAsync(RpmsgPortRequest request, CancellationToken cancellationToken)
        => _transport.OpenPortAsync(request, cancellationToken);

    public override IAsyncEnumerable<RpmsgServiceChange> WatchAsync(CancellationToken cancellationToken)
        => _transport.WatchAsync(cancellationToken);

    public override ValueTask DisposeAsync() => _transport.DisposeAsync();

    /// <summary>The run is over.</summary>
    public void End() => _ended.TrySetResult(RpmsgCloseReason.PeerGone);
}
