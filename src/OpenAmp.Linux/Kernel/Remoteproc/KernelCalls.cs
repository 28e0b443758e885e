// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Calls into the kernel's files that may block.</summary>
internal static unsafe class KernelCalls
{
    /// <summary>One open and one write, never more: a kernel that took a part of a word has acted on it, and would take
    /// the rest for another word.</summary>
    public static KernelStoreResult Store(string path, ReadOnlySpan<byte> word)
    {
        int descriptor = Interop.open(path, Interop.O_WRONLY | Interop.O_TRUNC | Interop.O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return new KernelStoreResult("open", 0, Interop.LastErrno);
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        fixed (byte* bytes = word)
        {
            // SAFETY: the span is pinned, and its length is what is passed.
            nint written = Interop.write(descriptor, bytes, (nuint)word.Length);
            return written < 0
                ? new KernelStoreResult("write", 0, Interop.LastErrno)
                : new KernelStoreResult("write", (int)written, 0);
        }
    }

    /// <summary>Writes a word on a thread of its own, because nothing can end a write that the kernel keeps.</summary>
    /// <returns>Completes when the kernel lets the thread go. It is a background thread: it keeps no program from
    /// ending.</returns>
    public static Task<KernelStoreResult> StoreAsync(KernelStore store, string path, string word)
        => RunAsync($"write {word}", () => store(path, Encoding.UTF8.GetBytes(word)));

    /// <summary>Does something that may block, on a thread of its own.</summary>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                done.SetException(error);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return done.Task;
    }
}
