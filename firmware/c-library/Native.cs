// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Runtime.CompilerServices;

namespace OpenAmp.CLibrary;

/// <summary>The assembler beside this: calls of what the C firmware gave.</summary>
internal static unsafe class Native
{
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_call")]
    internal static extern nint Call(void* first, void* second, nuint third, void* function);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_call_translate")]
    internal static extern byte* CallTranslate(void* context, void* function, ulong address, ulong lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_fence")]
    internal static extern void Fence();
}
