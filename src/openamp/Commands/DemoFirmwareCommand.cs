// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The demo's firmware: this program, started by a process processor.</summary>
/// <remarks>Its file is a copy of this program's executable, to which the build has added a resource table. It is not a
/// command like the others, so that it starts without what they need.</remarks>
internal static class DemoFirmwareCommand
{
    /// <summary>Its only argument.</summary>
    public const string CommandName = "demo-firmware";

    /// <summary>Runs as firmware until the host stops it.</summary>
    public static async Task<int> RunAsync()
    {
        try
        {
            RemoteEnvironment environment = ProcessEnvironment.Open();
            await using (environment.ConfigureAwait(false))
            {
                await DemoFirmware.RunAsync(environment).ConfigureAwait(false);
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0; // Asked to end before its host was there.
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.IO.IOException
            or TimeoutException)
        {
            Notice.Write(CommandName, Notice.OneLine(exception));
            return 1;
        }
    }
}
