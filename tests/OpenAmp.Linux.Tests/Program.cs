// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Threading.Tasks;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;
using Xunit.Sdk;

// The tests count this process's descriptors and time its wake-ups: one at a time.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]

namespace OpenAmp.Linux.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [OtherProcess.Switch, string role, .. string[] rest])
        {
            return await OtherProcessRoles.PlayAsync(role, rest);
        }

        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
