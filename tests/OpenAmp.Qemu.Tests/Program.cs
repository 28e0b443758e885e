// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;
using Xunit.Sdk;

// The tests count this process's descriptors and processor time, and boards need a core each: one at a time.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]

namespace OpenAmp.Qemu.Tests;

internal static class Program
{
    /// <summary>Instead of testing, be a host that runs a board until it is killed.</summary>
    internal const string HostSwitch = "--host";

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [HostSwitch, string board, string image])
        {
            return await HostAsync(board, image);
        }

        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }

    private static async Task<int> HostAsync(string board, string image)
    {
        var driver = new QemuProcessorDriver(new() { Board = QemuBoard.Find(board) });
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, new(), CancellationToken.None);
        await processor.LoadAsync(FirmwareStore.FromFile(image), CancellationToken.None);
        await processor.StartAsync(CancellationToken.None);
        Console.WriteLine(driver.ProcessId);
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }
}
