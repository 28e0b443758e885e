// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>A vhost-user back end: presents a virtio device to a front end on a UNIX socket, such as a Linux kernel in
/// user mode (virtio_uml) or QEMU.</summary>
/// <remarks>
/// <para>One front end at a time; the next is accepted when it has left, and waits until then. One thread of the
/// server's own does everything.</para>
/// <para>Front ends are not trusted: whoever breaks a rule of the protocol gets a refusal if it asked for answers, and
/// else a closed socket; <see cref="Refused"/> and <see cref="FrontEndLeft"/> say which rule.</para>
/// </remarks>
public sealed class VhostUserServer : IAsyncDisposable
{
    private const int MaxQueueCount = 256;
    private const int WaitingFrontEnds = 8;

    // Of what the server's queues know nothing.
    private const int LogAllBit = 26;
    private const int ProtocolFeaturesBit = 30;

    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    private readonly VhostUserServerOptions _options;
    private readonly VhostUserDevice _device;
    private readonly ServerSocket _socket;
    private readonly EventFd _wake;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    [SuppressMessage("Usage", "CA2213", Justification = "The thread that serves it disposes it.")]
    private volatile VhostUserConnection? _connection;
    private int _disposed;
    private volatile bool _isStopped;

    private VhostUserServer(VhostUserServerOptions options, VhostUserDevice device, ServerSocket socket, EventFd wake)
    {
        _options = options;
        _device = device;
        _socket = socket;
        _wake = wake;
        _thread = new Thread(Run) { IsBackground = true, Name = $"vhost-user {device.Name}" };
    }

    /// <summary>A request was refused: it broke a rule, and the front end was told so. Raised on the server's
    /// thread.</summary>
    public event EventHandler<VhostUserFrontEndEventArgs>? Refused;

    /// <summary>A front end left, or was sent away for breaking a rule. Raised on the server's thread.</summary>
    public event EventHandler<VhostUserFrontEndEventArgs>? FrontEndLeft;

    /// <summary>Path of the socket.</summary>
    public string SocketPath => _options.SocketPath;

    /// <summary>Whether a front end is connected.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>Listens, and serves on a thread of its own from then on.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="device">The device.</param>
    /// <returns>The server; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option, or what the device says of itself, is invalid.</exception>
    /// <exception cref="IOException">A living process listens at the path, or the system refused.</exception>
    public static VhostUserServer Start(VhostUserServerOptions options, VhostUserDevice device)
    {
        VhostUserServer server = Listen(options, device);
        server.Serve();
        return server;
    }

    /// <summary>Tells the front end that the configuration space changed. Does not block. Any thread.</summary>
    public void SendConfigurationChange() => _connection?.SendConfigurationChange();

    /// <summary>Sends the front end away, takes the device away and removes the socket.</summary>
    /// <returns>When all that is done. Called by the device or an event's handler, on the server's own thread, it
    /// completes before.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _isStopped = true;
            WakeThread();
        }

        if (Environment.CurrentManagedThreadId != _thread.ManagedThreadId)
        {
            await _ended.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Listens but serves nobody yet, so that events can be subscribed to first.</summary>
    internal static VhostUserServer Listen(VhostUserServerOptions options, VhostUserDevice device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        options.ThrowIfInvalid();
        ThrowIfInvalid(device);
        ServerSocket socket = ServerSocket.Listen(options.SocketPath, WaitingFrontEnds);
        try
        {
            return new VhostUserServer(options, device, socket, new EventFd());
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal void Serve() => _thread.Start();

    private void WakeThread()
    {
        try
        {
            _wake.Signal();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    private static void ThrowIfInvalid(VhostUserDevice device)
    {
        VirtioFeatures foreign = default(VirtioFeatures)
            .With(LogAllBit).With(ProtocolFeaturesBit).With(VirtioFeatures.AccessPlatform)
            .With(VirtioFeatures.RingPacked).With(VirtioFeatures.NotificationData).With(VirtioFeatures.RingReset);
        if (device.Features.And(foreign).Bits != 0)
        {
            throw new ArgumentException($"Device '{device.Name}' offers features "
                + $"0x{device.Features.And(foreign).Bits:x} that a vhost-user server here cannot serve: packed rings, "
                + "ring resets, notification data, an IOMMU, logging, or bit 30.", nameof(device));
        }

        if (device.QueueCount is < 1 or > MaxQueueCount || device.RequiredQueueCount < 1
            || device.RequiredQueueCount > device.QueueCount
            || device.ConfigurationBytes is < 0 or > VhostUserRule.MaxConfigurationBytes)
        {
            throw new ArgumentException($"Device '{device.Name}' has {device.QueueCount} queues, "
                + $"{device.RequiredQueueCount} of them required, and {device.ConfigurationBytes} bytes of "
                + $"configuration; expected 1 to {MaxQueueCount} queues, at least one required, and at most "
                + $"{VhostUserRule.MaxConfigurationBytes} bytes.", nameof(device));
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails here is reported and ends no process.")]
    [SuppressMessage("Reliability", "CA2000", Justification = "The connection owns its socket.")]
    private void Run()
    {
        try
        {
            while (!_isStopped)
            {
                if (WaitForFrontEnd() is { } client)
                {
                    Serve(client);
                }
            }
        }
        catch (Exception exception)
        {
            VhostUserLog.ThreadFailed(_options.Logger, exception, _device.Name);
        }
        finally
        {
            _socket.Dispose();
            _wake.Dispose();
            _ended.TrySetResult();
        }
    }

    private unsafe SafeFileHandle? WaitForFrontEnd()
    {
        PollDescriptor* poll = stackalloc PollDescriptor[2];
        poll[0] = new() { Descriptor = (int)_wake.Handle.DangerousGetHandle(), Events = Interop.POLLIN };
        poll[1] = new() { Descriptor = (int)_socket.Handle.DangerousGetHandle(), Events = Interop.POLLIN };
        _ = DescriptorPoll.Wait(poll, 2, Timeout.InfiniteTimeSpan);
        if (poll[0].Returned != 0)
        {
            _ = EventFd.TakeCount(poll[0].Descriptor);
        }

        if (_isStopped || poll[1].Returned == 0)
        {
            return null;
        }

        try
        {
            return _socket.Accept();
        }
        catch (IOException exception)
        {
            // No descriptor is left, perhaps: waiting is all that helps, and stopping ends the wait.
            VhostUserLog.AcceptFailed(_options.Logger, exception, _device.Name, AcceptPause);
            _ = _wake.Wait(AcceptPause);
            return null;
        }
    }

    private void Serve(SafeFileHandle client)
    {
        VhostUserLog.Connected(_options.Logger, _device.Name, SocketPath);
        VhostUserException? fault;
        using (VhostUserConnection connection = new(client, _device, _options, _wake, () => _isStopped, ReportRefusal))
        {
            _connection = connection;
            fault = connection.Run();
            _connection = null;
        }

        if (fault is null)
        {
            VhostUserLog.Left(_options.Logger, _device.Name);
        }
        else
        {
            VhostUserLog.SentAway(_options.Logger, fault, _device.Name, fault.Fault);
        }

        Raise(FrontEndLeft, fault);
    }

    private void ReportRefusal(VhostUserException fault)
    {
        VhostUserLog.Refused(_options.Logger, fault, _device.Name, fault.Fault);
        Raise(Refused, fault);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A handler of the program must not end the server.")]
    private void Raise(EventHandler<VhostUserFrontEndEventArgs>? handlers, VhostUserException? fault)
    {
        try
        {
            handlers?.Invoke(this, new VhostUserFrontEndEventArgs(fault));
        }
        catch (Exception exception)
        {
            VhostUserLog.HandlerFailed(_options.Logger, exception, _device.Name);
        }
    }
}
