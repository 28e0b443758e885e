// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>A thread that acts as another user. Only root can.</summary>
internal static class OtherUser
{
    private const uint Nobody = 65534;

    /// <summary>Runs something as another user, on a thread that ends with it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever it throws, its test shall see.")]
    internal static Task RunAsync(Action action)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                // The bare call: libc's would change every thread of the process.
                nint number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;
                Assert.Equal(0, NativeCalls.setresuid(number, Nobody, Nobody, Nobody));
                action();
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }).Start();
        return done.Task;
    }
}
