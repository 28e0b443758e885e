// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>The RPMsg device (virtio id 7): a link for each time that a driver binds. All on the server's thread.
/// </summary>
internal sealed class VhostUserRpmsgDevice(VhostUserRpmsgOptions options, Action<RpmsgLink> deliver) : VhostUserDevice
{
    private const int ToDriver = 0;
    private const int ToDevice = 1;

    private VhostUserDriver? _driver;
    private VhostUserDoorbell? _doorbell;
    private VhostUserLinkMemory? _memory;

    public override string Name => options.Link.Name;

    public override int QueueCount => 2;

    public override VirtioFeatures Features => options.Features;

    protected internal override void OnReady(VhostUserDriver driver)
    {
        _driver = driver;

        // A driver that goes on with rings it has used before kicks nothing now.
        VhostUserQueue queue = driver.Queues[ToDriver];
        if (driver.IsReadinessKnown || queue.WasKicked || queue.Place.AvailIndex != 0)
        {
            Open(driver);
        }
    }

    protected internal override void OnKicked(VhostUserQueue queue)
    {
        // This transport says nothing of DRIVER_OK, but Linux kicks ring 0 when it is done: before, what is announced
        // would be lost. What it has sent by then is found when the link starts.
        if (queue.Index == ToDriver && queue.WasKicked && _doorbell is null && _driver is { } driver)
        {
            Open(driver);
        }
    }

    protected internal override void OnTakenAway(VhostUserDriver driver)
    {
        _driver = null;
        if (_doorbell is not { } doorbell || _memory is not { } memory)
        {
            return;
        }

        _doorbell = null;
        _memory = null;
        doorbell.EndPeer();
        if (!doorbell.WaitUntilReleased(options.ReleaseTimeout))
        {
            VhostUserLog.Detached(options.Server.Logger, Name, options.ReleaseTimeout);
        }

        // Also of what the program holds: the driver uses this memory for other things from now on.
        memory.Detach();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The link owns its doorbell and its memory.")]
    private void Open(VhostUserDriver driver)
    {
        VhostUserCall[] calls = [.. driver.Queues.Select(static queue => queue.Call!)];
        VhostUserDoorbell doorbell = new(calls, [.. driver.Queues.Select(Duplicate)], driver.Fail);
        RpmsgDeviceRings rings = new(driver.Queues[ToDriver].Place, driver.Queues[ToDevice].Place);
        VhostUserLinkMemory? memory = null;
        RpmsgLink link;
        try
        {
            memory = new VhostUserLinkMemory(driver.Memory.MapAgain());
            link = RpmsgLink.Create(
                Describe(driver, rings, doorbell, memory),
                options.Link with { NameService = driver.Features.Has(VirtioFeatures.RpmsgNameService) });
        }
        catch
        {
            doorbell.Dispose();
            memory?.Dispose();
            throw;
        }

        driver.Queues[ToDriver].HandOver(doorbell.KickByMessage, () => rings.GetTakenIndices().ToDriver);
        driver.Queues[ToDevice].HandOver(doorbell.KickByMessage, () => rings.GetTakenIndices().ToDevice);

        _doorbell = doorbell;
        _memory = memory;
        _ = WatchAsync(link, driver);
        options.Prepare?.Invoke(link);
        link.Start();
        deliver(link);
    }

    /// <summary>Sends the front end away when its driver breaks the rings.</summary>
    private static async Task WatchAsync(RpmsgLink link, VhostUserDriver driver)
    {
        RpmsgCloseReason reason = await link.Completion.ConfigureAwait(false);
        if (reason is RpmsgCloseReason.PeerBroken or RpmsgCloseReason.Failed)
        {
            driver.Fail($"Link '{link.Name}' ended ({reason}): the driver wrote an index into a ring that no driver "
                + "writes, or the link failed; its log says which.");
        }
    }

    private static SafeFileHandle? Duplicate(VhostUserQueue queue)
        => queue.KickDescriptor is { } kick
            ? Interop.Own(Interop.fcntl((int)kick.DangerousGetHandle(), Interop.F_DUPFD_CLOEXEC, 0),
                "fcntl(F_DUPFD_CLOEXEC)", "a kick descriptor", "Raise the limit of open files (ulimit -n).")
            : null;

    private static RpmsgLinkDescription Describe(
        VhostUserDriver driver, RpmsgDeviceRings rings, VhostUserDoorbell doorbell, VhostUserLinkMemory memory)
    {
        // The region with the rings first: it most likely has the buffers too.
        SharedRegion[] regions = memory.Memory.Regions;
        int main = Array.FindIndex(regions, region => Contains(region, rings.ToDevice.Descriptors));
        return new RpmsgLinkDescription
        {
            Role = VirtioRole.Device,
            Memory = regions[main],
            MoreMemory = [.. regions.Where((_, index) => index != main)],
            Layout = new RpmsgLayout
            {
                EventIndex = driver.Features.Has(VirtioFeatures.RingEventIdx),
                UsedLength = UsedLength.Message,
            },
            DeviceRings = rings,
            Doorbell = doorbell,
            MemoryOwner = memory,
        };
    }

    private static unsafe bool Contains(SharedRegion region, DeviceAddress address)
        => region.TryTranslate(address, 1, out _);
}
