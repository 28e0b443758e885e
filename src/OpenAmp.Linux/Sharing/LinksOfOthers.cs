// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>The links of a processor that another program has. Each is opened when somebody first wants it.</summary>
internal sealed class LinksOfOthers(string path, string processor, RpmsgLinkOptions options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (RpmsgLink Link, LinkCarrier Carrier)> _opened = [];
    private IReadOnlyList<SharedLinkState> _told = [];
    private bool _isDisposed;

    /// <summary>The links of now, in table order.</summary>
    internal IReadOnlyList<RpmsgLink> Links
    {
        get
        {
            lock (_lock)
            {
                return _isDisposed ? [] : [.. _told.Select(OpenUnsynchronized)];
            }
        }
    }

    /// <summary>Says which links there are. Those that are no more end.</summary>
    internal void Update(IReadOnlyList<SharedLinkState> links)
    {
        List<LinkCarrier> ended = [];
        lock (_lock)
        {
            _told = links;
            foreach (int number in _opened.Keys.Except(links.Select(static link => link.Number)).ToArray())
            {
                ended.Add(_opened[number].Carrier);
                _opened.Remove(number);
            }
        }

        ended.ForEach(static carrier => carrier.End(RpmsgCloseReason.PeerGone));
    }

    public async ValueTask DisposeAsync()
    {
        (RpmsgLink Link, LinkCarrier Carrier)[] opened;
        lock (_lock)
        {
            _isDisposed = true;
            opened = [.. _opened.Values];
            _opened.Clear();
        }

        foreach ((RpmsgLink link, _) in opened)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private RpmsgLink OpenUnsynchronized(SharedLinkState told)
    {
        if (!_opened.TryGetValue(told.Number, out (RpmsgLink Link, LinkCarrier Carrier) opened))
        {
            var carrier = new LinkCarrier(path, $"processor '{processor}' of another program", told, owned: null);
            opened = (RpmsgLink.Create(carrier, options with { Name = told.Name }), carrier);
            opened.Link.Start();
            _opened.Add(told.Number, opened);
        }

        return opened.Link;
    }
}
