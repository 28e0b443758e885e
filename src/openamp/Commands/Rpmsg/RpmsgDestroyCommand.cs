// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg destroy</c>.</summary>
internal sealed class RpmsgDestroyCommand : DeviceCommand
{
    private readonly Argument<string> _name = new("NAME")
    {
        Description = "An endpoint's path such as /dev/rpmsg1, or the name that an endpoint or a channel was made "
            + "with.",
    };

    private readonly ChannelOptions _channel = new();

    public RpmsgDestroyCommand()
        : base(
            "destroy",
            "Destroys an endpoint that create-ept made, or a channel that create-dev made or the remote announced. "
            + "Example: openamp rpmsg destroy /dev/rpmsg1",
            defaultTimeoutSeconds: 30)
    {
        Arguments.Add(_name);
        _channel.AddTo(this);
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        string name = run.Line.GetRequiredValue(_name);
        string what = name.StartsWith('/')
            ? Destroy(run, EndpointSource.FindDevice(run.Root, name))
            : await DestroyByNameAsync(run, name, cancellationToken).ConfigureAwait(false);
        new MadeReport(run.Path, what, new RunOutcome(RunResult.Ok).Word).Write($"{what} is destroyed", run.IsJson);
        return RunResult.Ok;
    }

    private static string Destroy(DeviceRun run, KernelRpmsgDevice device)
    {
        device.Destroy();
        return new Sysfs(run.Root).WithoutRoot(device.DevicePath);
    }

    private async ValueTask<string> DestroyByNameAsync(
        DeviceRun run, string name, CancellationToken cancellationToken)
    {
        KernelRpmsgControl control = await _channel.ControlAsync(run, cancellationToken).ConfigureAwait(false);
        var bus = new KernelRpmsgBus(run.Root);
        KernelRpmsgDevice[] endpoints = [.. bus.ListDevices().Where(device => device.ChannelDeviceName is null
            && device.Service == name && device.Transport.Path == control.Transport.Path
            && Fits(run.Line, device.LocalAddress, device.RemoteAddress))];
        KernelRpmsgChannel[] channels = [.. bus.ListChannels().Where(channel => channel.Service == name
            && channel.Transport.Path == control.Transport.Path
            && Fits(run.Line, channel.LocalAddress, channel.RemoteAddress))];
        switch (endpoints.Length + channels.Length)
        {
            case 0:
                throw new ServiceFailedException($"{control} has no endpoint and no channel '{name}' with these "
                    + "addresses; openamp rpmsg list shows what there is");
            case > 1:
                IEnumerable<string> all = endpoints.Select(device => device.ToString()).Concat(
                    channels.Select(channel => channel.DeviceName));
                throw new ServiceFailedException(
                    $"several fit; give a path, or --source and --destination: {string.Join(", ", all)}");
        }

        if (endpoints is [KernelRpmsgDevice endpoint])
        {
            return Destroy(run, endpoint);
        }

        control.ReleaseDevice(name, channels[0].LocalAddress, channels[0].RemoteAddress);
        return channels[0].DeviceName;
    }

    private bool Fits(ParseResult line, uint source, uint destination)
        => (_channel.Source(line) is var wanted && (wanted == RpmsgAddress.Any || wanted == source))
            && (_channel.Destination(line) is var other && (other == RpmsgAddress.Any || other == destination));
}
