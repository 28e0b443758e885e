// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Concurrent;

namespace OpenAmp.Rpmsg;

/// <summary>Keeps a few objects for their next use.</summary>
internal static class RecycleBin<T>
    where T : class
{
    private const int MaxCount = 4096;

    private static readonly ConcurrentQueue<T> Objects = new();

    public static T? TryTake() => Objects.TryDequeue(out T? item) ? item : null;

    public static void Give(T item)
    {
        if (Objects.Count < MaxCount)
        {
            Objects.Enqueue(item);
        }
    }
}
