// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>Hands out the notify ids of one processor's table: no two the same, as many as there are.</summary>
internal sealed class NotifyIds(NotifyIdPolicy policy)
{
    private readonly Dictionary<uint, string> _owners = [];
    private uint _next;

    /// <summary>Gives every vring, device and trace of a table its id.</summary>
    /// <exception cref="FirmwareException">Two want the same one.</exception>
    public static void Assign(ResourceTable table, NotifyIdPolicy policy)
    {
        var ids = new NotifyIds(policy);
        if (policy == NotifyIdPolicy.Keep)
        {
            ids.KeepGiven(table);
        }

        ids.FillVrings(table);
        ids.FillOthers(table);
    }

    private void KeepGiven(ResourceTable table)
    {
        foreach (VdevResource vdev in table.Vdevs)
        {
            foreach (VringResource vring in vdev.Vrings)
            {
                Keep(vring.NotifyId, vring.ToString());
            }
        }

        foreach (TraceResource trace in table.Traces)
        {
            Keep(trace.NotifyId ?? NotifyId.Any, trace.ToString());
        }
    }

    private void Keep(uint id, string owner)
    {
        if (id != NotifyId.Any && !_owners.TryAdd(id, owner))
        {
            throw new FirmwareException($"{owner} and {_owners[id]} both have notify id {id}: a kick could not tell "
                + "them apart. Give each its own, or 0xffffffff for one that is chosen.");
        }
    }

    private void FillVrings(ResourceTable table)
    {
        foreach (VdevResource vdev in table.Vdevs)
        {
            foreach (VringResource vring in vdev.Vrings)
            {
                if (policy == NotifyIdPolicy.Number || vring.NotifyId == NotifyId.Any)
                {
                    vring.NotifyId = Next(vring.ToString());
                }
            }
        }
    }

    private void FillOthers(ResourceTable table)
    {
        // A device's own id may be that of one of its vrings: many firmwares leave it 0. Only "any" is filled in.
        foreach (VdevResource vdev in table.Vdevs)
        {
            if (vdev.NotifyId == NotifyId.Any)
            {
                vdev.NotifyId = Next(vdev.ToString());
            }
        }

        foreach (TraceResource trace in table.Traces)
        {
            if (trace.Method == TraceMethod.FlipFlop && (policy == NotifyIdPolicy.Number || trace.NotifyId is null))
            {
                _ = trace.TrySetNotifyId(Next(trace.ToString()));
            }
        }

        if (table.ProcessorState is { NotifyId: NotifyId.Any } state)
        {
            state.NotifyId = Next(state.ToString());
        }
    }

    private uint Next(string owner)
    {
        while (!_owners.TryAdd(_next, owner))
        {
            _next++;
        }

        return _next++;
    }
}
