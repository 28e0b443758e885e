// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output.Devices;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The options of the commands that make and destroy the kernel's endpoints and channels.</summary>
internal sealed class ChannelOptions
{
    private readonly Option<string?> _link = new("--link")
    {
        Description = "The processor or link, as 'openamp ls' names it, or /dev/rpmsg_ctrlN; the only one unless "
            + "given.",
        HelpName = "LINK",
    };

    private readonly Option<uint?> _source = AddressText.NewOption(
        "--source", "The kernel's own address; any unless given.");

    private readonly Option<uint?> _destination = AddressText.NewOption(
        "--destination", "The remote's address; any unless given.");

    public void AddTo(Command command)
    {
        command.Options.Add(_link);
        command.Options.Add(_source);
        command.Options.Add(_destination);
    }

    public uint Source(ParseResult line) => line.GetValue(_source) ?? RpmsgAddress.Any;

    public uint Destination(ParseResult line) => line.GetValue(_destination) ?? RpmsgAddress.Any;

    /// <summary>The control device of the link that is meant.</summary>
    /// <exception cref="ServiceFailedException">There is none, there are several, or a program has it.</exception>
    /// <exception cref="KernelRpmsgException">It went away this moment.</exception>
    public async ValueTask<KernelRpmsgControl> ControlAsync(DeviceRun run, CancellationToken cancellationToken)
    {
        InventoryReport inventory = await Inventory.ReadAsync(run.Path, run.Root, cancellationToken)
            .ConfigureAwait(false);
        FoundLink found = EndpointSource.Find(inventory, run.Line.GetValue(_link), null);
        if (found.Link.Origin == Origins.Shared)
        {
            throw new ServiceFailedException($"{found.Selector} is a program's: its endpoints live as long as who made "
                + "them; ping, send, listen and bridge make one for themselves, with --announce also a service");
        }

        return found.Link.Control is { } control
            ? new KernelRpmsgBus(run.Root).FindControl(new KernelRpmsgSelector { ControlPath = control })
            : throw new ServiceFailedException(
                $"{found.Selector} has no control device; openamp doctor finds out why");
    }
}
