// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware.Tests;

/// <summary>A driver that writes rings by hand, so that it can write what no driver would.</summary>
/// <remarks>Rings of 16 entries, aligned to 16 bytes, as the tables of the firmware here have them.</remarks>
internal sealed class RawDriver : VdevDriver
{
    internal const uint BufferBytes = 512;
    internal const ushort FlagNext = 1;
    internal const ushort FlagWrite = 2;
    internal const ushort FlagIndirect = 4;

    private const int Entries = 16;
    private const int AvailAt = 256;
    private const int UsedAt = 304;
    private const uint BuffersBytes = 2 * Entries * BufferBytes;

    private RemoteVdev _vdev = null!;
    private ushort _sent;
    private ushort _received;
    private ushort _posted;

    public override uint DeviceId => 7;

    internal SharedRegion Buffers { get; private set; }

    internal VirtioStatus Status => _vdev.Status;

    internal RemoteProcessor Processor { get; set; } = null!;

    internal QemuBoard Board { get; set; } = null!;

    public override ValueTask<IAsyncDisposable> StartAsync(RemoteVdev vdev, CancellationToken cancellationToken)
    {
        _vdev = vdev;
        _sent = 0;
        _received = 0;
        _posted = 0;
        DeviceAddress address = Board.Pool.Address.Plus(Board.Pool.LengthBytes - BuffersBytes);
        if (!Processor.Memory.TryTranslate(address, BuffersBytes, out SharedRegion buffers))
        {
            throw new InvalidOperationException($"The pool {Board.Pool} is not mapped.");
        }

        Buffers = buffers;
        for (ushort head = 0; head < Entries; head++)
        {
            WriteDescriptor(0, head, AddressOf(head), BufferBytes, FlagWrite, 0);
            Post(0, head, ref _posted);
        }

        vdev.AcceptFeatures(new VirtioFeatures(1));
        vdev.SetDriverOk();
        return ValueTask.FromResult<IAsyncDisposable>(new Nothing());
    }

    /// <summary>Where a buffer is: 0 to 15 are for receiving, 16 to 31 for sending.</summary>
    internal ulong AddressOf(int index) => Buffers.Address.Value + (BufferBytes * (ulong)index);

    /// <summary>Writes a message into a send buffer, header and all.</summary>
    internal unsafe void Fill(
        int head, uint source, uint destination, ReadOnlySpan<byte> payload, ushort? length = null)
    {
        // SAFETY: the buffers are mapped, and a message fits one.
        var buffer = new Span<byte>(Buffers.Start + (BufferBytes * (uint)(Entries + head)), (int)BufferBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, source);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[4..], destination);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[8..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[12..], length ?? (ushort)payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[14..], 0);
        payload.CopyTo(buffer[16..]);
    }

    /// <summary>Sends what a descriptor says, whatever it says.</summary>
    internal void Send(ushort head, ulong address, uint lengthBytes, ushort flags = 0, ushort next = 0)
    {
        WriteDescriptor(1, head, address, lengthBytes, flags, next);
        SendHead(head);
    }

    /// <summary>Puts a number into the ring of available buffers, whatever it is.</summary>
    internal void SendHead(ushort head)
    {
        Post(1, head, ref _sent);
        _vdev.Doorbell.Kick(1);
    }

    /// <summary>Moves the index of available buffers further than the ring is long.</summary>
    internal unsafe void JumpAhead()
    {
        _sent = unchecked((ushort)(_sent + 100));
        Thread.MemoryBarrier();
        *IndexOf(1, AvailAt) = _sent;
        Thread.MemoryBarrier();
        _vdev.Doorbell.Kick(1);
    }

    /// <summary>Waits for the next message, and gives its buffer back.</summary>
    internal async Task<(uint Source, byte[] Payload)> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (!HasMessage())
        {
            await Task.Delay(1, cancellationToken);
            _vdev.Doorbell.Kick(0);
        }

        return Take();
    }

    private unsafe bool HasMessage() => Volatile.Read(ref *IndexOf(0, UsedAt)) != _received;

    private unsafe (uint Source, byte[] Payload) Take()
    {
        // SAFETY: the firmware under test is ours; its used elements name buffers that were posted.
        uint head = *(uint*)(_vdev.Rings[0].Memory.Start + UsedAt + 4 + (8 * (_received % Entries)));
        _received = unchecked((ushort)(_received + 1));
        var message = new ReadOnlySpan<byte>(Buffers.Start + (BufferBytes * (head % Entries)), (int)BufferBytes);
        uint source = BinaryPrimitives.ReadUInt32LittleEndian(message);
        byte[] payload = message.Slice(16, BinaryPrimitives.ReadUInt16LittleEndian(message[12..])).ToArray();
        Post(0, (ushort)head, ref _posted);
        return (source, payload);
    }

    private unsafe void WriteDescriptor(
        int ring, ushort index, ulong address, uint lengthBytes, ushort flags, ushort next)
    {
        // SAFETY: the ring is mapped; its descriptors come first.
        byte* descriptor = _vdev.Rings[ring].Memory.Start + (16 * (index % Entries));
        *(ulong*)descriptor = address;
        *(uint*)(descriptor + 8) = lengthBytes;
        *(ushort*)(descriptor + 12) = flags;
        *(ushort*)(descriptor + 14) = next;
    }

    private unsafe void Post(int ring, ushort head, ref ushort index)
    {
        // SAFETY: the ring is mapped, and laid out as the constants say.
        *(ushort*)(_vdev.Rings[ring].Memory.Start + AvailAt + 4 + (2 * (index % Entries))) = head;
        index = unchecked((ushort)(index + 1));
        Thread.MemoryBarrier();
        *IndexOf(ring, AvailAt) = index;
        Thread.MemoryBarrier();
    }

    // SAFETY: as above.
    private unsafe ushort* IndexOf(int ring, int at) => (ushort*)(_vdev.Rings[ring].Memory.Start + at + 2);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
