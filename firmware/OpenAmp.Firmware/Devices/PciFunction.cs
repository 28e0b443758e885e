// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>A function on a PCI bus: its configuration space, mapped as memory (ECAM).</summary>
/// <param name="configuration">Address of its configuration space.</param>
public readonly unsafe struct PciFunction(nuint configuration)
{
    private const uint FunctionBytes = 4096;
    private const uint FunctionsPerDevice = 8;
    private const uint DevicesPerBus = 32;
    private const uint CommandOffset = 4;
    private const uint MemoryAndMessages = 6;
    private const uint FirstBarOffset = 0x10;
    private const uint CapabilitiesOffset = 0x34;
    private const uint HasCapabilities = 1 << 20;
    private const uint MaxCapabilities = 48;
    private const uint WideMemory = 4;
    private const uint KindMask = 0xf;

    /// <summary>Finds a device on the first bus.</summary>
    /// <param name="ecam">Address of the bus's configuration space.</param>
    /// <param name="identity">Device id in the upper, vendor id in the lower half.</param>
    /// <param name="function">Its first function.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(nuint ecam, uint identity, out PciFunction function)
    {
        for (uint device = 0; device < DevicesPerBus; device++)
        {
            function = new PciFunction(ecam + (device * FunctionsPerDevice * FunctionBytes));
            if (function.Register(0)->Read() == identity)
            {
                return true;
            }
        }

        function = default;
        return false;
    }

    /// <summary>A register of the configuration space.</summary>
    /// <param name="offset">Its offset, a multiple of 4 below 4096.</param>
    /// <returns>The register.</returns>
    // SAFETY: the caller knows the configuration space, which has 4096 bytes.
    public Register32* Register(uint offset) => Register32.At(configuration + offset);

    /// <summary>Gives a BAR the next place in a window, at a multiple of its length, as it must lie.</summary>
    /// <param name="index">The BAR, 0 to 5.</param>
    /// <param name="next">The first free address; behind the BAR afterwards.</param>
    /// <param name="end">End of the window.</param>
    /// <param name="address">Where the BAR lies.</param>
    /// <param name="lengthBytes">Its length; 0 when the device has no such BAR.</param>
    /// <returns><see langword="false"/> when it does not fit.</returns>
    public bool TryPlaceBar(uint index, ref nuint next, nuint end, out nuint address, out nuint lengthBytes)
    {
        Register32* bar = Register(FirstBarOffset + (index * 4));
        uint kind = bar->Read() & KindMask;

        // All ones: the bits that stick are those above the length.
        bar->Write(uint.MaxValue);
        uint mask = bar->Read() & ~KindMask;
        lengthBytes = mask == 0 ? 0 : unchecked((nuint)(0 - mask));
        address = lengthBytes == 0 ? next : unchecked((next + lengthBytes - 1) & ~(lengthBytes - 1));
        if (address < next || address > end || lengthBytes > end - address)
        {
            return false;
        }

        bar->Write((uint)address);
        if ((kind & WideMemory) != 0)
        {
            bar[1].Write(0);
        }

        next = address + lengthBytes;
        return true;
    }

    /// <summary>Lets the device answer in its BARs, and write the messages that are its interrupts.</summary>
    public void Enable()
    {
        Register32* command = Register(CommandOffset);
        command->Write((command->Read() & 0xffff) | MemoryAndMessages);
    }

    /// <summary>Finds a capability.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Its offset in the configuration space; 0 when there is none.</returns>
    public uint FindCapability(byte id)
    {
        if ((Register(CommandOffset)->Read() & HasCapabilities) == 0)
        {
            return 0;
        }

        uint offset = Register(CapabilitiesOffset)->Read() & 0xfc;
        for (uint i = 0; i < MaxCapabilities && offset != 0; i++)
        {
            uint head = Register(offset)->Read();
            if ((head & 0xff) == id)
            {
                return offset;
            }

            offset = (head >> 8) & 0xfc;
        }

        return 0;
    }
}
