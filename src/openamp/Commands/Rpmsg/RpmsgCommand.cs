// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Help;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg</c>: all that is done with links that are there already.</summary>
internal sealed class RpmsgCommand : Command
{
    public RpmsgCommand()
        : base(
            "rpmsg",
            "Makes, lists and destroys endpoints and channels of links that are there already, and exchanges "
            + "messages by them: the kernel's links, and those that programs share. Example: openamp rpmsg ping "
            + "m4/rpmsg-raw")
    {
        Add(new RpmsgListCommand());
        Add(new RpmsgCreateEndpointCommand());
        Add(new RpmsgCreateDeviceCommand());
        Add(new RpmsgDestroyCommand());
        Add(new RpmsgPingCommand());
        Add(new RpmsgSendCommand());
        Add(new RpmsgListenCommand());
        Add(new RpmsgBridgeCommand());
        SetAction(line => new HelpAction().Invoke(line));
    }
}
