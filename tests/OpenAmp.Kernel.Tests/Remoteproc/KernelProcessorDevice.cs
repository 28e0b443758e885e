// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Simulation;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>A processor of C# programs that the remoteproc core of a guest's kernel loads, starts, stops and recovers:
/// the other end of tests/linux-guest/vrproc.</summary>
/// <remarks>
/// <para>It sees its memory ("ddr") at the address the driver gives, and all of the guest's memory at the guest's
/// addresses, where the kernel puts rings and buffers. Images are those of <see cref="SimulatedImage"/>: at the entry
/// point stands the name of the program to run.</para>
/// <para>The server's thread calls it; programs run on their own. Requests that take time are answered later.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its memory is the driver's, and goes when that is taken away.")]
internal sealed class KernelProcessorDevice(params SimulatedFirmware[] programs) : VhostUserDevice
{
    /// <summary>The virtio id, of the private range.</summary>
    internal const uint VirtioId = 0xF0F7;

    private const int FromRemote = 1;
    private const long InvalidArgument = -22;
    private const long NotExecutable = -8;
    private const ulong NoTable = ulong.MaxValue;

    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Queue<KernelProcessorMessage> _outgoing = [];
    private ulong _kicks;
    private VhostUserDriver? _driver;
    private VhostUserLinkMemory? _memory;
    private MemoryMap? _map;
    private MemoryRegion? _ddr;
    private KernelProcessorRun? _run;

    public override string Name => "vrproc";

    public override int QueueCount => 2;

    /// <summary>An image (<see cref="SimulatedImage.ToRaw"/>) of a program that runs before the kernel comes up: then
    /// the kernel finds the processor detached.</summary>
    internal ReadOnlyMemory<byte> RunsAlready { get; init; }

    /// <summary>The length of the resource table in <see cref="RunsAlready"/>.</summary>
    internal int TableBytes { get; init; }

    /// <summary>Whether requests of these kinds are left without an answer, as a processor that hangs does.</summary>
    internal Func<KernelProcessorOperation, bool> Ignores { get; set; } = static _ => false;

    /// <summary>The requests of the kernel, in order.</summary>
    internal ConcurrentQueue<KernelProcessorOperation> Requests { get; } = new();

    /// <summary>Why programs crashed or did not start.</summary>
    internal ConcurrentQueue<string> Crashes { get; } = new();

    /// <summary>How often the kernel kicked: messages, each for one ring or more.</summary>
    internal int KickMessages { get; private set; }

    /// <summary>The processor's memory, while a driver has it; else <see langword="null"/>.</summary>
    internal MemoryRegion? Ddr => _ddr;

    /// <summary>Whether a program runs.</summary>
    internal bool IsRunning => _run is { Ended.IsCompleted: false };

    /// <summary>Makes the processor crash, whatever its program does.</summary>
    internal void Crash(CrashKind kind)
    {
        Crashes.Enqueue($"{kind} on demand");
        _run?.PowerOff();
        SendCrash(kind);
    }

    protected internal override void OnReady(VhostUserDriver driver)
    {
        _memory = new VhostUserLinkMemory(driver.Memory.MapAgain());
        lock (_lock)
        {
            _driver = driver;
        }
    }

    protected internal override void OnKicked(VhostUserQueue queue)
    {
        if (queue.Index == FromRemote)
        {
            Flush();
            return;
        }

        Span<byte> bytes = stackalloc byte[KernelProcessorMessage.SizeBytes];
        while (queue.TryReceive(bytes, out int lengthBytes))
        {
            if (lengthBytes != bytes.Length)
            {
                _driver?.Fail($"A message to the processor has {lengthBytes} bytes, expected {bytes.Length}.");
                return;
            }

            Take(KernelProcessorMessage.Read(bytes));
        }
    }

    protected internal override void OnTakenAway(VhostUserDriver driver)
    {
        lock (_lock)
        {
            _driver = null;
            _outgoing.Clear();
            _kicks = 0;
        }

        if (_run is { } run)
        {
            run.PowerOff();
            _ = run.Ended.Wait(EndTime);
        }

        _run = null;
        _map = null;
        _ddr = null;
        _memory?.Detach();
        _memory?.Dispose();
        _memory = null;
    }

    private void Take(KernelProcessorMessage message)
    {
        if (message.Operation == KernelProcessorOperation.Kick)
        {
            KickMessages++;
            _run?.Ring(message.A);
            return;
        }

        Requests.Enqueue(message.Operation);
        if (Ignores(message.Operation))
        {
            return;
        }

        switch (message.Operation)
        {
            case KernelProcessorOperation.Hello:
                Greet(message);
                break;
            case KernelProcessorOperation.Start:
                Acknowledge(message, Start(message.A, message.B, message.C));
                break;
            case KernelProcessorOperation.Attach:
                Acknowledge(message, Start(_ddr!.Address.Value, SimulatedImage.TableOffsetBytes, (ulong)TableBytes));
                break;
            case KernelProcessorOperation.Stop:
            case KernelProcessorOperation.Detach:
                _ = EndAsync(message);
                break;
            default:
                Acknowledge(message, InvalidArgument);
                break;
        }
    }

    /// <summary>Learns where the memory is; a processor that runs already is shown in it.</summary>
    private unsafe void Greet(KernelProcessorMessage message)
    {
        SharedRegion[] guest = _memory!.Memory.Regions;
        byte* start = null;
        if (!guest.Any(region => region.TryTranslate(new DeviceAddress(message.A), message.C, out start)))
        {
            Acknowledge(message, InvalidArgument);
            return;
        }

        _ddr = new MemoryRegion { Name = "ddr", Memory = new SharedRegion(start, message.C, new(message.B)) };
        _map = new MemoryMap();
        _map.Add(_ddr);
        for (int i = 0; i < guest.Length; i++)
        {
            _map.Add(new MemoryRegion { Name = $"guest{i}", Memory = guest[i] });
        }

        if (RunsAlready.IsEmpty)
        {
            Acknowledge(message, 0);
            return;
        }

        RunsAlready.Span.CopyTo(new Span<byte>(start, (int)message.C));
        Acknowledge(message, 0, b: 1, SimulatedImage.TableOffsetBytes | ((ulong)TableBytes << 32));
    }

    private long Start(ulong entry, ulong tableOffset, ulong tableBytes)
    {
        string? name = NameAt(new DeviceAddress(entry));
        SimulatedFirmware? program = Array.Find(programs, each => each.Name == name);
        if (program is null)
        {
            Crashes.Enqueue($"No program is at the entry address 0x{entry:x}: '{name}'.");
            return NotExecutable;
        }

        KernelProcessorRun run = new(KickHost, (kind, message) =>
        {
            Crashes.Enqueue(message);
            SendCrash(kind);
        });
        RemoteEnvironmentDescription description = new()
        {
            Name = Name,
            Memory = _map!,
            Table = TableAt(tableOffset, tableBytes),
            OpenDoorbell = run.Open,
            Notify = KickHost,
            Stopping = run.Stopping,
        };
        RemoteEnvironment environment;
        try
        {
            environment = new RemoteEnvironment(description);
        }
        catch (ResourceTableException error)
        {
            // A processor does not check what it was loaded with; a program that needs the table will not find it.
            Crashes.Enqueue(error.Message);
            environment = new RemoteEnvironment(description with { Table = null });
        }

        _run = run;
        run.Start(program, environment);
        return 0;
    }

    private SharedRegion? TableAt(ulong offset, ulong lengthBytes)
        => offset != NoTable && _map!.TryTranslate(_ddr!.Address.Plus(offset), lengthBytes, out SharedRegion table)
            ? table : null;

    /// <summary>Reads which program an image stands for.</summary>
    private unsafe string? NameAt(DeviceAddress entry)
    {
        if (!_map!.TryTranslate(entry, SimulatedImage.TableOffsetBytes, out SharedRegion head))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(head.Start, SimulatedImage.TableOffsetBytes);
        int name = text.IndexOf(':', StringComparison.Ordinal) + 1;
        return name > 0 ? text[name..].Split('\0')[0] : null;
    }

    /// <summary>Ends the program, and answers when it has let go of the memory. A program that does not is not answered
    /// for: the kernel gives up.</summary>
    private async Task EndAsync(KernelProcessorMessage message)
    {
        if (_run is { } run)
        {
            run.PowerOff();
            await run.Ended;
        }

        Acknowledge(message, 0);
    }

    private void Acknowledge(KernelProcessorMessage message, long status, ulong b = 0, ulong c = 0)
        => Send(new(KernelProcessorOperation.Ack, message.Sequence, unchecked((ulong)status), b, c));

    private void SendCrash(CrashKind kind) => Send(new(KernelProcessorOperation.Crash, A: kind switch
    {
        CrashKind.MemoryFault => 0,
        CrashKind.Watchdog => 1,
        _ => 2,
    }));

    private void KickHost(uint notifyId)
    {
        lock (_lock)
        {
            _kicks |= 1UL << (int)notifyId;
        }

        Flush();
    }

    private void Send(KernelProcessorMessage message)
    {
        lock (_lock)
        {
            _outgoing.Enqueue(message);
        }

        Flush();
    }

    /// <summary>Sends what waits, as far as the kernel has given buffers; it kicks when it gives more.</summary>
    private void Flush()
    {
        lock (_lock)
        {
            while (_driver is { } driver)
            {
                bool isKick = _outgoing.Count == 0;
                if (isKick && _kicks == 0)
                {
                    return;
                }

                KernelProcessorMessage next = isKick ? new(KernelProcessorOperation.Kick, A: _kicks) : _outgoing.Peek();
                if (!driver.Queues[FromRemote].TrySend(next.ToBytes()))
                {
                    return;
                }

                if (isKick)
                {
                    _kicks = 0;
                }
                else
                {
                    _ = _outgoing.Dequeue();
                }
            }
        }
    }
}
