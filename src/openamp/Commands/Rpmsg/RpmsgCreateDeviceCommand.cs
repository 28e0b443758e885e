// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg create-dev</c>.</summary>
internal sealed class RpmsgCreateDeviceCommand : DeviceCommand
{
    private readonly Argument<string> _service = new("SERVICE")
    {
        Description = "The service; it chooses the kernel's driver: rpmsg-raw makes /dev/rpmsgN, rpmsg-tty a terminal.",
    };

    private readonly ChannelOptions _channel = new();

    public RpmsgCreateDeviceCommand()
        : base(
            "create-dev",
            "Makes a channel as if the remote had announced it, and prints what the kernel's driver made of it. With "
            + "--source, and a driver, the kernel announces it to the remote. Example: openamp rpmsg create-dev "
            + "rpmsg-tty --source 0x500 --destination 0x402",
            defaultTimeoutSeconds: 30)
    {
        Arguments.Add(_service);
        _channel.AddTo(this);
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        KernelRpmsgControl control = await _channel.ControlAsync(run, cancellationToken).ConfigureAwait(false);
        string service = run.Line.GetRequiredValue(_service);
        var bus = new KernelRpmsgBus(run.Root);
        string[] before = [.. bus.ListChannels().Select(channel => channel.DeviceName)];
        control.CreateDevice(service, _channel.Source(run.Line), _channel.Destination(run.Line));
        KernelRpmsgChannel? made = bus.ListChannels().FirstOrDefault(channel => channel.Service == service
            && channel.Transport.Path == control.Transport.Path && !before.Contains(channel.DeviceName));
        string? node = made is null ? null : NodeOf(bus, made);
        string text = SafeText.Of(made is null ? $"{service} was made, and is gone already"
            : node ?? $"{made.DeviceName} ({(made.Driver is null
                ? "no driver of the kernel takes it, so the remote is not told" : made.Driver)})");
        new MadeReport(run.Path, node, new RunOutcome(RunResult.Ok).Word) { Channel = made?.DeviceName }
            .Write(text, run.IsJson);
        return RunResult.Ok;
    }

    private static string? NodeOf(KernelRpmsgBus bus, KernelRpmsgChannel made)
    {
        string? path = bus.ListTtys().FirstOrDefault(tty => tty.Channel.DeviceName == made.DeviceName)?.DevicePath
            ?? bus.ListDevices().FirstOrDefault(device => device.ChannelDeviceName == made.DeviceName)?.DevicePath;
        return path is null ? null : new Tool.Devices.Sysfs(bus.Root).WithoutRoot(path);
    }
}
