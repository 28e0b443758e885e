// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>Memory that a trace file is copied into. Whoever reads the region ends before this is disposed.</summary>
internal sealed unsafe class TraceMemory(int lengthBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private byte* _start = (byte*)NativeMemory.AllocZeroed((nuint)lengthBytes);

    public SharedRegion Region => new(_start, (ulong)lengthBytes, default);

    /// <summary>Makes the text the memory's content, with zeros behind it.</summary>
    /// <returns>Whether it is other than before.</returns>
    public bool Write(ReadOnlySpan<byte> text)
    {
        lock (_lock)
        {
            if (_start == null)
            {
                return false;
            }

            // SAFETY: the memory has this length, and is freed under the same lock.
            var memory = new Span<byte>(_start, lengthBytes);
            bool isNew = !memory[..text.Length].SequenceEqual(text) || memory[text.Length..].ContainsAnyExcept((byte)0);
            text.CopyTo(memory);
            memory[text.Length..].Clear();
            return isNew;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            // SAFETY: allocated here, and freed once: null is freed by doing nothing.
            NativeMemory.Free(_start);
            _start = null;
        }
    }
}
