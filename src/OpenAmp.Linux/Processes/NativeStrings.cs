// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>Texts as C wants them: an array of pointers to UTF-8 with a zero at the end, closed by a null
/// pointer.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly int _count;

    internal NativeStrings(IReadOnlyList<string> texts)
    {
        _count = texts.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < _count; i++)
        {
            Pointer[i] = Copy(texts[i]);
        }
    }

    /// <summary>The array; freed with this object.</summary>
    internal byte** Pointer { get; }

    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
        {
            NativeMemory.Free(Pointer[i]);
        }

        NativeMemory.Free(Pointer);
    }

    private static byte* Copy(string text)
    {
        int lengthBytes = Encoding.UTF8.GetByteCount(text);
        byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)lengthBytes + 1);

        // SAFETY: the block has the length of the text, and the zero after it.
        _ = Encoding.UTF8.GetBytes(text, new Span<byte>(copy, lengthBytes));
        return copy;
    }
}
