// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;
using Xunit.Sdk;

// Half of the time a guest waits, and no test here measures: two at a time. More would want more of /dev/shm than
// containers have.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]

namespace OpenAmp.Kernel.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [OtherOwner.Switch, string role, string image])
        {
            return await OtherOwner.PlayAsync(role, image);
        }

        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
