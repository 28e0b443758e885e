// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Linux.Tests;

/// <summary>What the other process does, by name. All end when their peer ends or their input does.</summary>
internal static class OtherProcessRoles
{
    internal static Task<int> PlayAsync(string role, string[] arguments) => role switch
    {
        "echo" => ConnectAndEcho(arguments),
        "accept" => AcceptAndEcho(arguments),
        "driver" => DriverAsync(arguments),
        "eventfd-echo" => Task.FromResult(Echo(NegotiateEventFd(arguments[0]))),
        "raw-eventfd-echo" => Task.FromResult(RawEventFdEcho(arguments[0])),
        "descriptor-writer" => Task.FromResult(WriteIntoPassedMemory(arguments[0])),
        "mutex-count" => Task.FromResult(CountUnderMutex(arguments)),
        "mutex-die" => Task.FromResult(EnterAndStay(arguments[0])),
        "futex-wake" => Task.FromResult(WakeFutex(arguments[0])),
        "measure" => MeasureRoundTrip.RunAsync(),
        "firmware" => FirmwareRoles.EchoAsync(),
        "trace-firmware" => FirmwareRoles.TraceAsync(),
        "chain" => FirmwareRoles.ChainAsync(arguments[0]),
        "deaf-firmware" => FirmwareRoles.IgnoreEverythingAsync(),
        "host" => FirmwareRoles.HostAsync(arguments),
        "share" => SharingRoles.ShareAsync(arguments),
        "use-shared" => SharingRoles.UseAsync(arguments),
        _ => throw new ArgumentException($"No role {role}.", nameof(role)),
    };

    internal static TwoProcessOptions OptionsFrom(string[] arguments) => new()
    {
        SharedMemoryName = arguments[0],
        SocketPath = arguments[1],
        ConnectAttempts = 40,
    };

    private static async Task<int> ConnectAndEcho(string[] arguments)
    {
        await using TwoProcessConnection connection = await TwoProcessConnection.ConnectAsync(OptionsFrom(arguments));
        Console.WriteLine("connected");
        return Echo(connection.Doorbell);
    }

    private static async Task<int> AcceptAndEcho(string[] arguments)
    {
        await using TwoProcessConnection connection = await TwoProcessConnection.AcceptAsync(OptionsFrom(arguments));
        Console.WriteLine("accepted");
        return Echo(connection.Doorbell);
    }

    private static async Task<int> DriverAsync(string[] arguments)
    {
        await using TwoProcessConnection connection = await TwoProcessConnection.ConnectAsync(OptionsFrom(arguments));
        connection.DriverFeatures = connection.Layout.DeviceFeatures;
        connection.Doorbell.Kick(0);
        Console.WriteLine("connected");
        string? order = Console.ReadLine();
        if (order == "leave")
        {
            return 0;
        }

        connection.Status = VirtioStatus.DriverOk;
        if (order == "ready")
        {
            connection.Doorbell.Kick(0);
        }

        return Echo(connection.Doorbell);
    }

    private static int Echo(LinkDoorbell doorbell)
    {
        while (true)
        {
            DoorbellEvents events = doorbell.Wait(Timeout.InfiniteTimeSpan);
            if ((events & DoorbellEvents.Kicked) != 0)
            {
                doorbell.Kick(0);
            }

            if ((events & DoorbellEvents.PeerGone) != 0)
            {
                return 0;
            }
        }
    }

    private static EventFdDoorbell NegotiateEventFd(string path)
        => EventFdDoorbell.Negotiate(Sockets.Connect(path), TimeSpan.FromSeconds(10));

    private static unsafe int RawEventFdEcho(string path)
    {
        using SafeHandle socket = Sockets.Connect(path);
        ReceivedDescriptors received = FileDescriptorPassing.Receive(socket, new byte[1], 2, TimeSpan.FromSeconds(10));
        int toUs = (int)received.Handles[0].DangerousGetHandle();
        int toThem = (int)received.Handles[1].DangerousGetHandle();
        ulong count;
        while (NativeCalls.read(toUs, &count, 8) == 8 && count != MeasureRoundTrip.Stop)
        {
            count = 1;
            _ = NativeCalls.write(toThem, &count, 8);
        }

        received.Dispose();
        return 0;
    }

    private static int WriteIntoPassedMemory(string path)
    {
        using SafeHandle socket = Sockets.Connect(path);
        byte[] message = new byte[16];
        ReceivedDescriptors received = FileDescriptorPassing.Receive(socket, message, 2, TimeSpan.FromSeconds(10));
        using SharedMemory memory = SharedMemory.FromHandle(received.Handles[0]);
        using EventFd done = new(received.Handles[1]);
        message.AsSpan(0, received.MessageBytes).CopyTo(Bytes.Of(memory.Region));
        done.Signal();
        return received.MessageBytes;
    }

    private static int CountUnderMutex(string[] arguments)
    {
        using SharedMemory memory = SharedMemory.OpenExisting(arguments[0]);
        SharedMutex mutex = new(memory.Region, new DeviceAddress(0));
        int rounds = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        MutexCounting.Count(mutex, memory, rounds);
        return 0;
    }

    private static int EnterAndStay(string name)
    {
        using SharedMemory memory = SharedMemory.OpenExisting(name);
        SharedMutex mutex = new(memory.Region, new DeviceAddress(0));
        Console.WriteLine(mutex.Enter(TimeSpan.FromSeconds(5)));
        _ = Console.ReadLine();
        return 0;
    }

    private static unsafe int WakeFutex(string name)
    {
        using SharedMemory memory = SharedMemory.OpenExisting(name);
        int* word = (int*)memory.Region.Start;
        long start = Stopwatch.GetTimestamp();
        Console.WriteLine("mapped");
        while (Futex.Wake(word, 1) == 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
        {
            _ = Thread.Yield();
        }

        return 0;
    }
}
