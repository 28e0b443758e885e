// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Is the remote processor of a Linux kernel: presents an RPMsg device to a vhost-user front end, and gives a
/// link each time that the driver behind it binds.</summary>
/// <remarks>
/// <para>A link ends with <see cref="RpmsgCloseReason.PeerGone"/> when the driver is unbound, when the kernel ends, and
/// when the front end passes other memory; accept the next one then. There is one at a time.</para>
/// <para>Front ends are not trusted; see <see cref="VhostUserServer"/>.</para>
/// </remarks>
public sealed class VhostUserRpmsgListener : IAsyncDisposable
{
    // One place: a link that nobody accepted before the next came is of no use.
    private readonly Channel<RpmsgLink> _links = Channel.CreateBounded<RpmsgLink>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true },
        static dropped => _ = dropped.DisposeAsync().AsTask());

    private readonly VhostUserServer _server;

    private VhostUserRpmsgListener(VhostUserRpmsgOptions options)
    {
        _server = VhostUserServer.Listen(options.Server, new VhostUserRpmsgDevice(options, Deliver));
        _server.Refused += (_, args) => Refused?.Invoke(this, args);
        _server.FrontEndLeft += (_, args) => FrontEndLeft?.Invoke(this, args);
        _server.Serve();
    }

    /// <summary>As <see cref="VhostUserServer.Refused"/>.</summary>
    public event EventHandler<VhostUserFrontEndEventArgs>? Refused;

    /// <summary>As <see cref="VhostUserServer.FrontEndLeft"/>.</summary>
    public event EventHandler<VhostUserFrontEndEventArgs>? FrontEndLeft;

    /// <summary>Path of the socket.</summary>
    public string SocketPath => _server.SocketPath;

    /// <summary>Listens for a front end.</summary>
    /// <param name="options">Where and how.</param>
    /// <returns>The listener; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">A living process listens at the path, or the system refused.</exception>
    public static VhostUserRpmsgListener Listen(VhostUserRpmsgOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Server);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReleaseTimeout, TimeSpan.Zero);
        return new VhostUserRpmsgListener(options);
    }

    /// <summary>Waits until a driver binds.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The link, started; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The listener was disposed.</exception>
    public async ValueTask<RpmsgLink> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            RpmsgLink link;
            try
            {
                link = await _links.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                throw new ObjectDisposedException(nameof(VhostUserRpmsgListener));
            }

            if (!link.Completion.IsCompleted)
            {
                return link;
            }

            // Its driver was unbound before anybody asked for it.
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends the front end away, which breaks the device in the kernel behind it, ends the link, and removes
    /// the socket.</summary>
    /// <returns>When all that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _links.Writer.TryComplete();
        while (_links.Reader.TryRead(out RpmsgLink? link))
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Deliver(RpmsgLink link) => _ = _links.Writer.TryWrite(link);
}
