// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Those who wait, in the order they came. Used under one gate.</summary>
internal struct WaiterLine
{
    private SendWaiter? _last;

    public SendWaiter? First { get; private set; }

    public void Append(SendWaiter waiter)
    {
        waiter.Previous = _last;
        waiter.Next = null;
        waiter.IsQueued = true;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    public void Unlink(SendWaiter waiter)
    {
        if (waiter.Previous is null)
        {
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        waiter.IsQueued = false;
    }
}
