// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg create-ept</c>.</summary>
internal sealed class RpmsgCreateEndpointCommand : DeviceCommand
{
    private readonly Argument<string> _name = new("NAME")
    {
        Description = "What the endpoint is called in lists; the remote does not see it.",
    };

    private readonly ChannelOptions _channel = new();

    public RpmsgCreateEndpointCommand()
        : base(
            "create-ept",
            "Makes an endpoint device of the kernel that any program can open, waits until it is there and prints its "
            + "path. The remote is told nothing. It stays until it is destroyed, or its processor stops. Example: "
            + "openamp rpmsg create-ept sensors --destination 0x402",
            defaultTimeoutSeconds: 30)
    {
        Arguments.Add(_name);
        _channel.AddTo(this);
        Validators.Add(result =>
        {
            if (result.GetResult("--destination") is null or { Tokens.Count: 0 })
            {
                result.AddError("Give the remote's address: --destination ADDRESS; without one nothing can be sent "
                    + "(--destination any if that is meant).");
            }
        });
        AddCommonOptions();
    }

    protected override async Task<RunResult> WorkAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        run.WaitingFor = "the kernel has not shown the new device; openamp ls shows what there is";
        KernelRpmsgControl control = await _channel.ControlAsync(run, cancellationToken).ConfigureAwait(false);
        KernelRpmsgDevice device = await control.CreateEndpointAsync(
            run.Line.GetRequiredValue(_name),
            _channel.Source(run.Line),
            _channel.Destination(run.Line),
            cancellationToken).ConfigureAwait(false);
        var sysfs = new Sysfs(run.Root);
        while (!System.IO.Path.Exists(device.DevicePath))
        {
            run.WaitingFor = $"the kernel has {device.Name}, and /dev has not: udev, mdev or devtmpfs makes it";
            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
        }

        string path = sysfs.WithoutRoot(device.DevicePath);
        new MadeReport(run.Path, path, new RunOutcome(RunResult.Ok).Word).Write(path, run.IsJson);
        return RunResult.Ok;
    }
}
