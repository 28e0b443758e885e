// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Threading.Tasks;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;
using Xunit.Sdk;

// Branches are counted in one table for the whole process: one campaign at a time.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]

namespace OpenAmp.Fuzz.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (FuzzCommand.IsMeant(arguments))
        {
            return FuzzCommand.Run(arguments);
        }

        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
