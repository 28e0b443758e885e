// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>posix_spawnattr_t: every signal as a new program expects it (the runtime ignores SIGPIPE, and an ignored
/// signal would stay ignored), none blocked.</summary>
internal sealed unsafe class SpawnAttributes : IDisposable
{
    internal SpawnAttributes(bool hasOwnGroup)
    {
        Pointer = NativeMemory.AllocZeroed(Interop.SpawnAttributesBytes);
        byte* signals = stackalloc byte[Interop.SignalSetBytes];
        new Span<byte>(signals, Interop.SignalSetBytes).Fill(byte.MaxValue);
        int flags = Interop.POSIX_SPAWN_SETSIGDEF | Interop.POSIX_SPAWN_SETSIGMASK
            | (hasOwnGroup ? Interop.POSIX_SPAWN_SETPGROUP : 0);

        // SAFETY: the block is larger than the type in every libc; the set is a local of its size.
        SpawnActions.Check(Interop.posix_spawnattr_init(Pointer), "posix_spawnattr_init");
        SpawnActions.Check(Interop.posix_spawnattr_setsigdefault(Pointer, signals), "posix_spawnattr_setsigdefault");
        SpawnActions.Check(Interop.posix_spawnattr_setflags(Pointer, (short)flags), "posix_spawnattr_setflags");
    }

    internal void* Pointer { get; }

    public void Dispose()
    {
        _ = Interop.posix_spawnattr_destroy(Pointer);
        NativeMemory.Free(Pointer);
    }
}
