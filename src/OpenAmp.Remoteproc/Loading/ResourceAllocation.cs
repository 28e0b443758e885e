// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>All that a table was given: carveouts, rings, pools. Freeing it gives everything back.</summary>
internal sealed class ResourceAllocation(MemoryMap memory)
{
    private readonly List<Carveout> _taken = [];
    private readonly List<VdevPlaces> _vdevs = [];

    /// <summary>Everything that was taken, in the order in which it was.</summary>
    public IReadOnlyList<Carveout> Taken => _taken;

    public IReadOnlyList<VdevPlaces> Vdevs => _vdevs;

    public Carveout Add(Carveout carveout)
    {
        _taken.Add(carveout);
        return carveout;
    }

    public void Add(VdevPlaces vdev) => _vdevs.Add(vdev);

    public void Free()
    {
        foreach (Carveout carveout in _taken)
        {
            memory.Free(carveout);
        }

        _taken.Clear();
        _vdevs.Clear();
    }
}
