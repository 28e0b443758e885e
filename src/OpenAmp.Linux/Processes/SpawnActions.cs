// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>posix_spawn_file_actions_t: what happens to descriptors in the child before the new program runs, in the
/// order of the calls.</summary>
internal sealed unsafe class SpawnActions : IDisposable
{
    internal SpawnActions()
    {
        Pointer = NativeMemory.AllocZeroed(Interop.SpawnActionsBytes);

        // SAFETY: the block is larger than the type in every libc.
        Check(Interop.posix_spawn_file_actions_init(Pointer), "posix_spawn_file_actions_init");
    }

    internal void* Pointer { get; }

    /// <summary>Puts a descriptor under another number, where it is kept by the new program.</summary>
    internal void Duplicate(int source, int target)
        => Check(Interop.posix_spawn_file_actions_adddup2(Pointer, source, target), "posix_spawn_file_actions_adddup2");

    /// <summary>Opens a file under a number.</summary>
    internal void Open(int target, string path, int flags)
        => Check(Interop.posix_spawn_file_actions_addopen(Pointer, target, path, flags, 0),
            "posix_spawn_file_actions_addopen");

    internal void Close(int descriptor)
        => Check(Interop.posix_spawn_file_actions_addclose(Pointer, descriptor), "posix_spawn_file_actions_addclose");

    internal void ChangeDirectory(string path)
        => Check(Interop.posix_spawn_file_actions_addchdir_np(Pointer, path), "posix_spawn_file_actions_addchdir_np");

    /// <summary>Closes all from a number on.</summary>
    /// <remarks>The runtime's descriptors and ours close themselves on exec; this is for those of other code in this
    /// process. A libc without the call leaves these to the child.</remarks>
    internal void CloseFrom(int first)
    {
        try
        {
            Check(Interop.posix_spawn_file_actions_addclosefrom_np(Pointer, first),
                "posix_spawn_file_actions_addclosefrom_np");
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.34, musl.
        }
    }

    public void Dispose()
    {
        _ = Interop.posix_spawn_file_actions_destroy(Pointer);
        NativeMemory.Free(Pointer);
    }

    /// <summary>Throws unless a call that returns an error number returned zero.</summary>
    internal static void Check(int errno, string call)
    {
        if (errno != 0)
        {
            throw Interop.Failure(call, "a child process", errno, "Free memory, or raise the limit of open files.");
        }
    }
}
