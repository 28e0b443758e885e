// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Firmware.Devices;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware.IvshmemEcho;

/// <summary>QEMU's virt machine with an ivshmem device: one side of OpenAMP's dual-QEMU sample, by its id.</summary>
/// <remarks>As there: the side with the even id is the host and comes first, its peer is the next id. Other than there,
/// either may restart, if the server clears the status when a peer leaves; a word in memory then says which side it is,
/// since its id is another.</remarks>
internal static unsafe class Machine
{
    private const nuint Ecam = 0x3f00_0000;
    private const nuint RegisterWindow = 0x1000_0000;
    private const nuint MemoryWindow = 0x2000_0000;
    private const nuint MemoryWindowBytes = 0x1000_0000;

    // Only who waits for a driver that does not ring, or to be told that its peer left, needs it.
    private const uint TickMilliseconds = 20;

    // Where QEMU may leave a word (-device loader,addr=0x41000000,data=1,data-len=4): 0 for the sample's rule.
    private const nuint RoleAddress = 0x4100_0000;
    private const uint RoleHost = 1;
    private const uint RoleRemote = 2;

    private static Workspace s_workspace;

    /// <summary>Memory for one side's own state: more than 16 entries a ring and four endpoints need.</summary>
    private struct Workspace
    {
        public fixed ulong Words[512];
    }

    public static void Run()
    {
        Board.Start();
        Processor.UnmaskInterrupts();
        Board.StartTick(TickMilliseconds);
        GicV2 gic = new(0x0800_0000, 0x0801_0000);
        if (!IvshmemDevice.TryStart(
            Ecam,
            RegisterWindow,
            MemoryWindow,
            MemoryWindowBytes,
            new GicV2m(0x0802_0000),
            gic,
            out IvshmemDevice device))
        {
            Panic.With("no ivshmem-doorbell device that fits"u8);
        }

        // As in the sample, addresses are those at which this machine sees the memory.
        DeviceAddress address = new((ulong)device.Memory);
        SharedRegion memory = new(device.Memory, device.MemoryBytes, address);
        var places = StaticVringLayout.DualQemu(device.MemoryBytes);
        bool fits = places.TryDescribe(address, out RpmsgLayout layout);
        fits &= LiveStatus.TryCreate(memory, places.StatusOffsetBytes, out LiveStatus status);
        if (!LivePeerIds.TryCreate(memory, places, out LivePeerIds ids) || !fits)
        {
            Panic.With("the shared memory is too small for the rings and buffers"u8);
        }

        uint id = device.Id;
        uint role = Register32.At(RoleAddress)->Read();
        bool isHost = role == RoleHost || (role != RoleRemote && (id & 1) == 0);
        ids.Write(isHost, id);
        Console.Write("peer "u8);
        Console.Write(id);
        Console.Write(isHost ? ", host\n"u8 : ", remote\n"u8);
        IvshmemPlatform<Board> platform = new(device, ids, isHost, memory);
        fixed (Workspace* memoryOfOurs = &s_workspace)
        {
            // SAFETY: static memory of an image does not move.
            var workspace = (byte*)memoryOfOurs;
            while (true)
            {
                if (isHost)
                {
                    HostSide.Serve(platform, layout, status, workspace);
                }
                else
                {
                    RemoteSide.Serve(platform, layout, status, workspace);
                }

                Console.Write("the peer left\n"u8);
            }
        }
    }

    /// <summary>Whether the driver drives the link: no longer when it, or the server, cleared the status.</summary>
    public static bool IsDriven(LiveStatus status) => (status.Read() & VirtioStatus.DriverOk) != 0;
}
