// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests.Carriers;

[Collection(nameof(Alone))]
public sealed class CarrierAllocationTests
{
    private const int Warmup = 2000;
    private const int Window = 2000;

    [Fact]
    public async Task SendingAndReceivingOverAPortAllocateNothing()
    {
        await using CarrierRig rig = CarrierRig.Start(new() { Capacity = 8 });
        (RpmsgEndpoint endpoint, MemoryPort port) = await rig.OpenAsync();
        byte[] payload = new byte[100];

        // Whatever is made once counts in some windows, and not in the best.
        long best = long.MaxValue;
        await RunAsync(endpoint, port, payload, Warmup, rig.Token);
        for (int i = 0; i < 5 && best > 0; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await RunAsync(endpoint, port, payload, Window, rig.Token);
            best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The two async methods of the test itself, and what the runtime's threads make; far below a byte a message.
        Assert.InRange(best, 0, Window / 2);
    }

    private static async Task RunAsync(
        RpmsgEndpoint endpoint,
        MemoryPort port,
        byte[] payload,
        int count,
        CancellationToken token)
    {
        for (int i = 0; i < count; i++)
        {
            // Sent at once; received by a reader that waits, as often as not.
            Assert.True(endpoint.TrySend(payload));
            _ = port.Take();
            port.Arrive(payload);
            using RpmsgMessage message = await endpoint.ReceiveAsync(token);
        }
    }
}
