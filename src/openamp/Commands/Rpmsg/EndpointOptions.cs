// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Parsing;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Devices;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The argument and the options that say where messages go.</summary>
internal sealed class EndpointOptions
{
    private readonly Argument<EndpointTarget?> _target = new("TARGET")
    {
        Description = "Where to: SERVICE, @ADDRESS of the remote, either with LINK/ before it (a processor or link, as "
            + "'openamp ls' names it), or /dev/rpmsgN.",
        CustomParser = ParseTarget,
    };

    private readonly Option<uint?> _source = AddressText.NewOption(
        "--source", "The own address; the next free one unless given.");

    private readonly Option<bool> _announce = new("--announce")
    {
        Description = "Offer SERVICE to the remote, and wait for it, instead of using the remote's.",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        command.Options.Add(_source);
        command.Options.Add(_announce);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_announce) && result.GetValue(_target) is { Service: null })
            {
                result.AddError("--announce offers a service: give TARGET as SERVICE or LINK/SERVICE.");
            }
        });
    }

    public EndpointTarget Target(ParseResult line) => line.GetRequiredValue(_target)!;

    public bool IsAnnounced(ParseResult line) => line.GetValue(_announce);

    /// <summary>The endpoint's options.</summary>
    public RpmsgEndpointOptions Read(ParseResult line) => new()
    {
        LocalAddress = line.GetValue(_source) ?? RpmsgAddress.Any,
        RemoteAddress = Target(line).Address ?? RpmsgAddress.Any,
        Announce = IsAnnounced(line),
    };

    private static EndpointTarget? ParseTarget(ArgumentResult result)
    {
        EndpointTarget? target = EndpointTarget.Parse(result.Tokens[0].Value, out string fault);
        if (target is null)
        {
            result.AddError(fault);
        }

        return target;
    }
}
