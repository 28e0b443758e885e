// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux.Tests;

/// <summary>Counting that only comes out right under mutual exclusion.</summary>
internal static unsafe class MutexCounting
{
    internal static int CountIn(SharedMemory memory) => ((int*)memory.Region.Start)[2];

    internal static void Count(SharedMutex mutex, SharedMemory memory, int rounds)
    {
        int* count = (int*)memory.Region.Start + 2;
        for (int round = 0; round < rounds; round++)
        {
            if (mutex.Enter(TimeSpan.FromSeconds(20)) != SharedMutexEntry.Entered)
            {
                throw new IOException("The mutex was not entered in order.");
            }

            int seen = *count;
            for (int spin = 0; spin < round % 64; spin++)
            {
                *count = seen; // Makes the critical section long enough to be hit.
            }

            *count = seen + 1;
            mutex.Exit();
        }
    }
}
