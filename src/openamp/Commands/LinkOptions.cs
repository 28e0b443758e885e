// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The options that say which side of which link a command is.</summary>
internal sealed class LinkOptions
{
    private const int LongestSocketPathBytes = 107; // sun_path, less the zero at its end.

    private readonly Option<string> _role;
    private readonly Option<string> _socket;

    private readonly Option<string> _sharedMemory = new("--shm")
    {
        Description = "Name of the shared memory object, a file in /dev/shm.",
        HelpName = "NAME",
        DefaultValueFactory = _ => new TwoProcessOptions().SharedMemoryName,
    };

    private readonly Option<string> _socketPath = new("--socket-path")
    {
        Description = "Path of the UNIX socket that carries the kicks.",
        HelpName = "PATH",
        DefaultValueFactory = _ => new TwoProcessOptions().SocketPath,
    };

    private readonly Option<string> _doorbell = new("--doorbell")
    {
        Description = "How to ring the peer: byte (on the socket, as C programs do) or eventfd (faster; the peer must "
            + "be this tool with the same option).",
        DefaultValueFactory = _ => "byte",
    };

    /// <summary>Makes the options.</summary>
    /// <param name="isDeviceAndServer">Whether the defaults are device and server, or driver and client.</param>
    public LinkOptions(bool isDeviceAndServer)
    {
        _role = new("--role")
        {
            Description = "Side of the virtio device; the peer is the other.",
            DefaultValueFactory = _ => isDeviceAndServer ? "device" : "driver",
        };
        _socket = new("--socket")
        {
            Description = "End of the socket; the server starts first and writes the resource table.",
            DefaultValueFactory = _ => isDeviceAndServer ? "server" : "client",
        };
        _role.AcceptOnlyFromAmong("driver", "device");
        _socket.AcceptOnlyFromAmong("server", "client");
        _doorbell.AcceptOnlyFromAmong("byte", "eventfd");
        _sharedMemory.Validators.Add(RefuseName);
        _socketPath.Validators.Add(RefusePath);
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_role);
        command.Options.Add(_socket);
        command.Options.Add(_sharedMemory);
        command.Options.Add(_socketPath);
        command.Options.Add(_doorbell);
    }

    /// <summary>What the command line says.</summary>
    public LinkSettings Read(ParseResult line, WaitMode waitMode, ILogger logger) => new()
    {
        Role = line.GetValue(_role) == "driver" ? VirtioRole.Driver : VirtioRole.Device,
        Side = line.GetValue(_socket) == "server" ? SocketSide.Server : SocketSide.Client,
        SharedMemoryName = line.GetRequiredValue(_sharedMemory),
        SocketPath = line.GetRequiredValue(_socketPath),
        Doorbell = line.GetValue(_doorbell) == "eventfd" ? DoorbellKind.EventFd : DoorbellKind.SocketByte,
        WaitMode = waitMode,
        Logger = logger,
    };

    private static void RefuseName(OptionResult result)
    {
        string name = result.GetValueOrDefault<string>() ?? "";
        if (name is "" or "." or ".." || name.Contains('/', System.StringComparison.Ordinal))
        {
            result.AddError($"--shm takes the name of a file in /dev/shm, without a slash, not '{name}'.");
        }
        else if (Encoding.UTF8.GetByteCount(name) is var length and > SharedMemory.MaxNameBytes)
        {
            result.AddError($"--shm takes a name of at most {SharedMemory.MaxNameBytes} bytes, not of {length}.");
        }
    }

    private static void RefusePath(OptionResult result)
    {
        string path = result.GetValueOrDefault<string>() ?? "";
        int length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > LongestSocketPathBytes)
        {
            result.AddError($"--socket-path takes a path of 1 to {LongestSocketPathBytes} bytes, not of {length}: "
                + "choose a folder with a shorter name.");
        }
    }
}
