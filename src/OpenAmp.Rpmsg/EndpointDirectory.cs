// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace OpenAmp.Rpmsg;

/// <summary>Finds endpoints by address: the core's table, grown as needed. Finding takes no lock.</summary>
internal sealed class EndpointDirectory : IDisposable
{
    private const int FirstCapacity = 64;

    private readonly Lock _gate = new();

    // Replaced as a whole when it grows, so that a reader needs one look; old ones are kept until the end.
    private volatile Page _page;

    // Endpoints may end after their link did; then the tables' memory is gone.
    private volatile bool _disposed;

    public EndpointDirectory(uint firstDynamic) => _page = new Page(FirstCapacity, firstDynamic);

    public int Count => _disposed ? 0 : _page.Table.Count;

    /// <summary>The endpoint at an address, or null.</summary>
    public RpmsgEndpoint? Find(uint address)
    {
        Page page = _page;
        if (!page.Table.TryFind(address, out nint index))
        {
            return null;
        }

        // The place may have gone to another endpoint since.
        RpmsgEndpoint? endpoint = page.Endpoints[index];
        return endpoint?.LocalAddress == address ? endpoint : null;
    }

    /// <summary>Adds an endpoint and gives it its address. False when the address asked for is taken, or the link has
    /// ended.</summary>
    public bool TryAdd(RpmsgEndpoint endpoint, ref uint address)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return false;
            }

            bool added = _page.Table.Count < _page.Endpoints.Length / 2 && TryPlace(endpoint, ref address);
            if (!added && _page.Table.TryFind(address, out _))
            {
                return false;
            }

            // More than half full, or so many places used once that none was found.
            if (!added)
            {
                _page = new Page(_page);
                added = TryPlace(endpoint, ref address);
            }

            return added;
        }
    }

    public void Remove(uint address)
    {
        lock (_gate)
        {
            if (!_disposed && _page.Table.TryFind(address, out nint index) && _page.Table.TryRemove(address))
            {
                _page.Endpoints[index] = null;
                _page.Free.Push((int)index);
            }
        }
    }

    /// <summary>All endpoints of this moment.</summary>
    public RpmsgEndpoint[] Snapshot()
    {
        lock (_gate)
        {
            return Array.FindAll(_page.Endpoints, static endpoint => endpoint is not null)!;
        }
    }

    /// <summary>Frees the tables. Nobody may look any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            for (Page? page = _page; page is not null; page = page.Older)
            {
                page.Dispose();
            }
        }
    }

    private bool TryPlace(RpmsgEndpoint endpoint, ref uint address)
    {
        int index = _page.Free.Pop();
        endpoint.LocalAddress = address;
        _page.Endpoints[index] = endpoint;
        bool added = address == RpmsgAddress.Any
            ? _page.Table.TryAllocate(index, out address)
            : _page.Table.TryAdd(address, index);
        endpoint.LocalAddress = address;
        if (!added)
        {
            _page.Endpoints[index] = null;
            _page.Free.Push(index);
        }

        return added;
    }

    /// <summary>A table and the endpoints that its contexts number.</summary>
    private sealed unsafe class Page : IDisposable
    {
        private readonly EndpointSlot* _slots;

        public Page(int capacity, uint firstDynamic)
        {
            _slots = (EndpointSlot*)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(EndpointSlot));
            Table = new EndpointTable(_slots, capacity, firstDynamic);
            Endpoints = new RpmsgEndpoint?[capacity];
            for (int i = capacity - 1; i >= 0; i--)
            {
                Free.Push(i);
            }
        }

        public Page(Page older)
            : this(older.Endpoints.Length * 2, older.Table.FirstDynamic)
        {
            Older = older;
            _ = older.Table.CopyTo(ref Table);
            older.Endpoints.CopyTo(Endpoints, 0);
            Free.Clear();
            for (int i = Endpoints.Length - 1; i >= 0; i--)
            {
                if (Endpoints[i] is null)
                {
                    Free.Push(i);
                }
            }
        }

        public Page? Older { get; }

        public RpmsgEndpoint?[] Endpoints { get; }

        public Stack<int> Free { get; } = new();

        // A field: the table is a struct that its verbs change.
        public EndpointTable Table;

        public void Dispose() => NativeMemory.Free(_slots);
    }
}
