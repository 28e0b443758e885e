// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>What the two sides of the dual-QEMU sample say to each other, at the endpoint "k".</summary>
internal static class IvshmemTalk
{
    internal const string Service = "k";

    private const int MaxPayloadBytes = 496;

    /// <summary>Senders here are faster than readers.</summary>
    internal static readonly RpmsgEndpointOptions Patient = new() { WhenFull = ReceiveFullMode.PauseLink };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The sample's remote side: announces "k" and sends back what comes.</summary>
    internal static async Task EchoAsync(RpmsgLink link)
    {
        try
        {
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(Service, Patient, Token);
            await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(Token))
            {
                using (message)
                {
                    await endpoint.SendToAsync(message.Memory, message.Source, Token);
                }
            }
        }
        catch (RpmsgClosedException)
        {
            // The link ended, as in every test.
        }
    }

    /// <summary>Sends messages of every length, and compares what comes back.</summary>
    internal static async Task SendAndCompareAsync(RpmsgEndpoint endpoint, int count)
    {
        Task sending = Task.Run(
            async () =>
            {
                byte[] message = new byte[MaxPayloadBytes];
                for (int i = 0; i < count; i++)
                {
                    int length = Fill(message, i);
                    await endpoint.SendAsync(message.AsMemory(0, length), Token);
                }
            },
            Token);
        byte[] expected = new byte[MaxPayloadBytes];
        for (int i = 0; i < count; i++)
        {
            Task<RpmsgMessage> receiving = endpoint.ReceiveAsync(Token).AsTask();
            using RpmsgMessage answer = await receiving.WaitAsync(IvshmemPlace.Limit, Token);
            int length = Fill(expected, i);
            Assert.True(answer.Payload.SequenceEqual(expected.AsSpan(0, length)), $"message {i} came back different");
        }

        await sending;
    }

    private static int Fill(byte[] message, int number)
    {
        int length = 4 + (number % (MaxPayloadBytes - 4));
        BinaryPrimitives.WriteInt32LittleEndian(message, number);
        for (int i = 4; i < length; i++)
        {
            message[i] = unchecked((byte)(number + i));
        }

        return length;
    }
}
