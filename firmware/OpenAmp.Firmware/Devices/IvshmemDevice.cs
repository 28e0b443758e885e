// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>QEMU's ivshmem-doorbell: memory shared with other machines and processes, and a doorbell each way.
/// </summary>
/// <remarks>QEMU, docs/specs/ivshmem-spec: BAR 0 has the registers, BAR 1 the MSI-X table, BAR 2 is the memory. One
/// vector is used.</remarks>
public readonly unsafe struct IvshmemDevice
{
    private const uint Identity = 0x1110_1af4;
    private const byte MsiX = 0x11;
    private const uint MsiXEnable = 1u << 31;
    private const uint MsiXFunctionMask = 1u << 30;
    private const uint IdOffset = 8;
    private const uint DoorbellOffset = 12;

    private readonly nuint _registers;

    private IvshmemDevice(nuint registers, nuint memory, nuint memoryBytes)
    {
        _registers = registers;
        Memory = (byte*)memory;
        MemoryBytes = memoryBytes;
    }

    /// <summary>The shared memory.</summary>
    public byte* Memory { get; }

    /// <summary>Its length, in bytes.</summary>
    public nuint MemoryBytes { get; }

    /// <summary>This machine's id among the peers.</summary>
    // SAFETY: BAR 0 was placed where the caller said, and has 256 bytes.
    public uint Id => Register32.At(_registers + IdOffset)->Read();

    /// <summary>Finds the device, places it, and has vector 0 interrupt by message.</summary>
    /// <param name="ecam">Address of the PCI bus's configuration space.</param>
    /// <param name="registerWindow">Free bus addresses for registers.</param>
    /// <param name="memoryWindow">Free bus addresses for the shared memory.</param>
    /// <param name="memoryWindowBytes">How many.</param>
    /// <param name="messages">Whom the messages go to.</param>
    /// <param name="gic">Who interrupts.</param>
    /// <param name="device">The device.</param>
    /// <returns><see langword="false"/> when there is none, or it has no doorbell, or does not fit.</returns>
    public static bool TryStart(
        nuint ecam,
        nuint registerWindow,
        nuint memoryWindow,
        nuint memoryWindowBytes,
        GicV2m messages,
        GicV2 gic,
        out IvshmemDevice device)
    {
        device = default;
        nuint memoryEnd = memoryWindow + memoryWindowBytes;
        nuint registerEnd = registerWindow + 0x10_0000;
        if (!PciFunction.TryFind(ecam, Identity, out PciFunction function)
            || !function.TryPlaceBar(0, ref registerWindow, registerEnd, out nuint registers, out _)
            || !function.TryPlaceBar(1, ref registerWindow, registerEnd, out nuint table, out nuint tableBytes)
            || !function.TryPlaceBar(2, ref memoryWindow, memoryEnd, out nuint memory, out nuint memoryBytes)
            || tableBytes == 0
            || memoryBytes == 0)
        {
            return false;
        }

        function.Enable();
        uint capability = function.FindCapability(MsiX);
        if (capability == 0 || messages.InterruptCount == 0)
        {
            return false;
        }

        // The table's first entry: address, upper half, data, and whether it is masked.
        uint interrupt = messages.FirstInterrupt;
        Register32* entry = Register32.At(table + (function.Register(capability + 4)->Read() & ~7u));
        entry[0].Write((uint)messages.MessageAddress);
        entry[1].Write(0);
        entry[2].Write(interrupt);
        entry[3].Write(0);
        gic.SetEdge(interrupt);
        gic.Enable(interrupt);
        Register32* control = function.Register(capability);
        control->Write((control->Read() | MsiXEnable) & ~MsiXFunctionMask);
        device = new IvshmemDevice(registers, memory, memoryBytes);
        return true;
    }

    /// <summary>Rings a peer; one that is not there is not rung.</summary>
    /// <param name="peer">Its id.</param>
    /// <param name="vector">The vector.</param>
    // SAFETY: as above.
    public void Ring(uint peer, uint vector)
        => Register32.At(_registers + DoorbellOffset)->Write((peer << 16) | vector);
}
