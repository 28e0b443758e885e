// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using CsCheck;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>Random sequences of requests: each is answered or ends in a closed socket, in time, and leaks nothing.
/// </summary>
public sealed class VhostUserFuzzTests
{
    private const ulong Features = 1 | (1UL << 32) | (1UL << 29) | FrontEnd.ProtocolFeaturesBit;

    private const VhostUserProtocolFeatures Protocol = VhostUserProtocolFeatures.ReplyAck
        | VhostUserProtocolFeatures.MemorySlots | VhostUserProtocolFeatures.BackEndRequests
        | VhostUserProtocolFeatures.Status | VhostUserProtocolFeatures.ResetDevice
        | VhostUserProtocolFeatures.InBandNotifications | VhostUserProtocolFeatures.QueueCount;

    // Numbers that mean something somewhere, and some that never do.
    private static readonly ulong[] Words =
    [
        0, 1, 2, 0x100, 0x101, 1UL << 32, (1UL << 32) | 1, 64UL << 32, (64UL << 32) | 1, FrontEnd.GuestAddress,
        FrontEnd.UserAddress, FrontEnd.UserAddress + 0x4000, FrontEnd.MemoryBytes, Features, (ulong)Protocol,
        ulong.MaxValue,
    ];

    private static readonly Gen<ulong> Word = Gen.OneOf(
        Gen.Int[0, Words.Length - 1].Select(static index => Words[index]), Gen.ULong);

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.UInt[0, 42], Word.Array[0, 9], Gen.Int[0, 20], Gen.Int[0, 9], Gen.Bool,
        static (request, words, shape, descriptors, asks) => new Step(request, words, shape, descriptors, asks));

    [Fact]
    public async Task AnySequenceOfRequestsIsAnsweredOrEndsTheConnection()
    {
        int before = MeetingPlace.SettledDescriptors;
        await using (BackEnd backEnd = new(Protocol, silenceTimeout: TimeSpan.FromMilliseconds(200)))
        {
            Steps.Array[1, 40].Sample(steps => Play(backEnd, steps), iter: 500, threads: 1);

            // Whatever they did, the next front end is served.
            using FrontEnd last = backEnd.Connect();
            last.Negotiate(Features, Protocol);
            last.ShareMemory();
        }

        MeetingPlace.AssertOpenDescriptors(before);
    }

    private static void Play(BackEnd backEnd, Step[] steps)
    {
        using FrontEnd frontEnd = backEnd.Connect();
        using FrontEndRings rings = new(frontEnd);
        try
        {
            frontEnd.Negotiate(Features, Protocol);
            frontEnd.ShareMemory();
            foreach (Step step in steps)
            {
                Play(frontEnd, rings, step);
            }

            // It still answers, or it has closed.
            _ = frontEnd.AskWord(Request.GetFeatures);
        }
        catch (IOException)
        {
            return; // Sent away while the test was speaking.
        }
        catch (Exception exception) when (exception is Xunit.Sdk.EqualException or Xunit.Sdk.NotEqualException)
        {
            // An answer to an earlier step was read as the last one's, or the end of the connection.
            Assert.True(IsAliveOrClosed(frontEnd));
        }
    }

    private static bool IsAliveOrClosed(FrontEnd frontEnd)
    {
        // A message without an end is sent away by the silence timeout at the latest.
        try
        {
            frontEnd.SendRaw([0]);
        }
        catch (IOException)
        {
            return true;
        }

        return frontEnd.IsSentAway();
    }

    private static void Play(FrontEnd frontEnd, FrontEndRings rings, Step step)
    {
        switch (step.Shape)
        {
            case 0:
                rings.Bind();
                break;
            case 1:
                rings.Kick(step.Request % 2);
                break;
            case 2:
                frontEnd.SendRaw(MemoryMarshal.AsBytes([step.Request, .. step.Words]));
                break;
            default:
                SafeHandle[] handles = new SafeHandle[step.Descriptors < 6 ? step.Descriptors % 2 : step.Descriptors];
                Array.Fill(handles, step.Shape % 2 == 0 ? frontEnd.Memory.Handle : rings.Call.Handle);
                frontEnd.Send((Request)step.Request, MemoryMarshal.AsBytes(step.Words.AsSpan()),
                    FrontEnd.Version | (step.Asks ? FrontEnd.NeedReply : 0), handles);
                break;
        }
    }

    private sealed record Step(uint Request, ulong[] Words, int Shape, int Descriptors, bool Asks);
}
