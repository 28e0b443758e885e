// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Tool.Commands.Boards;
using OpenAmp.Tool.Commands.CoreDump;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Commands.Doctor;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Commands.Linux;
using OpenAmp.Tool.Commands.Remoteproc;
using OpenAmp.Tool.Commands.Rpmsg;
using OpenAmp.Tool.Commands.Udev;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands;

/// <summary>The whole command line.</summary>
internal static class ToolCommand
{
    private const string Text =
        "Loads, runs, watches and looks into firmware of remote processors, and exchanges RPMsg messages with them "
            + "over "
        + "shared memory. Start with: openamp demo";

    /// <summary>Parses the arguments and runs the command they name.</summary>
    /// <returns>The exit code: 0 all right, 1 errors, 2 wrong command line, 130 interrupted.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult line = Create().Parse(arguments);
        if (line.Errors.Count > 0)
        {
            return Refuse(line);
        }

        // Signals are the commands' own business: they have endpoints to destroy.
        var settings = new InvocationConfiguration { ProcessTerminationTimeout = null };
        return await line.InvokeAsync(settings).ConfigureAwait(false);
    }

    private static RootCommand Create()
    {
        var root = new RootCommand(Text)
        {
            new DemoCommand(),
            new RunCommand(),
            new EchoCommand(),
            new PingCommand(),
            new FloodCommand(),
            new NoCopyEchoCommand(),
            new NoCopyPingCommand(),
            new SampleEchoCommand(),
            new SamplePingCommand(),
            new MatrixServerCommand(),
            new MatrixClientCommand(),
            new ServeCommand(),
            new FirmwareCommand(),
            new CoreDumpCommand(),
            new BoardsCommand(),
            new GdbCommand(),
            new ListCommand(),
            new DoctorCommand(),
            new RemoteprocCommand(),
            new RpmsgCommand(),
            new UdevCommand(),
            new BenchCommand(),
            new BenchPeerCommand(),
        };
        root.SetAction(line => new HelpAction().Invoke(line));
        return root;
    }

    private static int Refuse(ParseResult line)
    {
        string command = CommandPath.Of(line.CommandResult);
        IEnumerable<string> errors = line.Errors.Select(error => error.Message.ReplaceLineEndings(" ")).Distinct();
        string name = $"openamp {command}".TrimEnd();
        Console.Error.WriteLine($"{name}: {string.Join(' ', errors)} Try '{name} --help'.");
        return (int)RunResult.Usage;
    }
}
