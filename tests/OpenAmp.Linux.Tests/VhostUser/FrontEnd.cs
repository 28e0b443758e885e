// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>A vhost-user front end that says what a test tells it to, with a guest's memory of 1 MiB.</summary>
/// <remarks>It knows the protocol from the specification, and shares no code with the back end.</remarks>
internal sealed class FrontEnd : IDisposable
{
    internal const ulong GuestAddress = 0x4000_0000;
    internal const ulong UserAddress = 0x7F12_3400_0000;
    internal const ulong MemoryBytes = 1 << 20;
    internal const uint Version = 1;
    internal const uint NeedReply = 8;
    internal const ulong NoDescriptor = 0x100;
    internal const ulong ProtocolFeaturesBit = 1UL << 30;
    private const int HeadBytes = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly SafeHandle _socket;

    private FrontEnd(SafeHandle socket) => _socket = socket;

    internal SharedMemory Memory { get; } =
        SharedMemory.CreateAnonymous((long)MemoryBytes, new DeviceAddress(GuestAddress));

    internal SafeHandle Socket => _socket;

    internal static FrontEnd Connect(string path) => new(Sockets.Connect(path));

    internal void Send(Request request, ReadOnlySpan<byte> payload, uint flags, params SafeHandle[] handles)
    {
        byte[] message = new byte[HeadBytes + payload.Length];
        uint[] head = [(uint)request, flags, (uint)payload.Length];
        MemoryMarshal.AsBytes(head.AsSpan()).CopyTo(message);
        payload.CopyTo(message.AsSpan(HeadBytes));
        FileDescriptorPassing.Send(_socket, message, handles);
    }

    internal void SendRaw(ReadOnlySpan<byte> bytes) => FileDescriptorPassing.Send(_socket, bytes, []);

    /// <summary>Sends a request that wants no answer.</summary>
    internal void Tell(Request request, ReadOnlySpan<ulong> words, params SafeHandle[] handles)
        => Send(request, MemoryMarshal.AsBytes(words), Version, handles);

    /// <summary>Sends a request that has an answer of its own, and gives its payload.</summary>
    internal byte[] Ask(Request request, ReadOnlySpan<ulong> words)
    {
        Tell(request, words);
        return Read(request);
    }

    /// <summary>Sends a request and asks whether it was carried out.</summary>
    internal bool IsAccepted(Request request, ReadOnlySpan<ulong> words, params SafeHandle[] handles)
        => AreBytesAccepted(request, MemoryMarshal.AsBytes(words), handles);

    internal bool AreBytesAccepted(Request request, ReadOnlySpan<byte> payload, params SafeHandle[] handles)
    {
        Send(request, payload, Version | NeedReply, handles);
        byte[] answer = Read(request);
        Assert.Equal(sizeof(ulong), answer.Length);
        return BitConverter.ToUInt64(answer) == 0;
    }

    internal ulong AskWord(Request request, params ulong[] words) => BitConverter.ToUInt64(Ask(request, words));

    internal static ulong Pair(uint first, uint second) => first | ((ulong)second << 32);

    /// <summary>Reads an answer.</summary>
    internal byte[] Read(Request request)
    {
        uint[] head = new uint[3];
        ReadExactly(MemoryMarshal.AsBytes(head.AsSpan()));
        Assert.Equal((uint)request, head[0]);
        Assert.Equal(5u, head[1]);
        byte[] payload = new byte[head[2]];
        ReadExactly(payload);
        return payload;
    }

    /// <summary>Whether the back end closes the connection in time. What it said before is skipped.</summary>
    internal bool IsSentAway()
    {
        byte[] rest = new byte[512];
        try
        {
            while (true)
            {
                using ReceivedDescriptors received = FileDescriptorPassing.Receive(_socket, rest, 0, Limit);
                if (received.MessageBytes == 0)
                {
                    return true;
                }
            }
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (IOException)
        {
            return true; // A reset: it was closed with requests unread.
        }
    }

    /// <summary>One region's description, as the whole of a table or behind the first word of a slot.</summary>
    internal static ulong[] Region(
        ulong guest = GuestAddress, ulong size = MemoryBytes, ulong user = UserAddress, ulong offset = 0)
        => [guest, size, user, offset];

    internal void ShareMemory() => Assert.True(
        IsAccepted(Request.SetMemTable, [1, .. Region()], Memory.Handle));

    /// <summary>Everything before the rings: owner, features, memory.</summary>
    internal void Negotiate(ulong features, VhostUserProtocolFeatures protocol = VhostUserProtocolFeatures.ReplyAck)
    {
        Tell(Request.SetOwner, []);
        Assert.Equal(features, AskWord(Request.GetFeatures) & features);
        if (protocol != VhostUserProtocolFeatures.None)
        {
            Assert.Equal((ulong)protocol, AskWord(Request.GetProtocolFeatures) & (ulong)protocol);
            Tell(Request.SetProtocolFeatures, [(ulong)protocol]);
        }

        Tell(Request.SetFeatures, [features]);
    }

    /// <summary>Closes the connection; the memory stays.</summary>
    internal void Leave() => _socket.Dispose();

    public void Dispose()
    {
        _socket.Dispose();
        Memory.Dispose();
    }

    private void ReadExactly(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            using ReceivedDescriptors received = FileDescriptorPassing.Receive(_socket, destination, 0, Limit);
            Assert.NotEqual(0, received.MessageBytes);
            destination = destination[received.MessageBytes..];
        }
    }
}
