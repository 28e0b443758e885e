// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.CommandLine.Help;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>The command <c>remoteproc</c>: all that is done to processors that are there already.</summary>
internal sealed class RemoteprocCommand : Command
{
    public RemoteprocCommand()
        : base(
            "remoteproc",
            "Looks at, starts, stops and follows processors that are there already: the kernel's, and those that "
            + "programs share. What it starts goes on running. Example: openamp remoteproc start m4 --firmware fw.elf")
    {
        Add(new RemoteprocListCommand());
        Add(new RemoteprocInspectCommand());
        Add(new RemoteprocStartCommand());
        Add(new RemoteprocChangeCommand(
            "stop", "Stops a processor and waits until it is. Example: openamp remoteproc stop m4",
            static async (processor, token) => (await processor.StopAsync(token).ConfigureAwait(false)).ToString()));
        Add(new RemoteprocChangeCommand(
            "attach", "Attaches to a processor that runs already, started by a boot loader or another program. "
                + "Example: openamp remoteproc attach m4",
            static async (processor, token) =>
            {
                await processor.AttachAsync(token).ConfigureAwait(false);
                return null;
            }));
        Add(new RemoteprocChangeCommand(
            "detach", "Lets go of a processor that was attached to; it runs on. Example: openamp remoteproc detach m4",
            static async (processor, token) =>
            {
                await processor.DetachAsync(token).ConfigureAwait(false);
                return null;
            }));
        Add(new RemoteprocChangeCommand(
            "recover", "Starts a crashed processor again. Example: openamp remoteproc recover m4",
            static async (processor, token) =>
            {
                await processor.RecoverAsync(token).ConfigureAwait(false);
                return null;
            }));
        Add(new RemoteprocSetFirmwareCommand());
        Add(new RemoteprocTraceCommand());
        Add(new RemoteprocCoreDumpCommand());
        SetAction(line => new HelpAction().Invoke(line));
    }
}
