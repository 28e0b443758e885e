// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Core.Tests;

/// <summary>Memory between two inaccessible pages. Its last byte touches the second, so that whoever runs one byte
/// over the end ends the test run there and then.</summary>
/// <remarks>Guard pages exist on Linux only; elsewhere the memory is plain.</remarks>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const nuint GuardBytes = 65536;
    private const int NoAccess = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly nuint _mappedBytes;
    private byte* _mapping;

    public GuardedMemory(nuint lengthBytes)
    {
        LengthBytes = (lengthBytes + 7) & ~(nuint)7;
        nuint usable = (LengthBytes + GuardBytes - 1) / GuardBytes * GuardBytes;
        if (!OperatingSystem.IsLinux())
        {
            _mapping = (byte*)NativeMemory.AlignedAlloc(usable, 4096);
            Start = _mapping;
            return;
        }

        _mappedBytes = usable + (2 * GuardBytes);
        void* mapping = Map(null, _mappedBytes, NoAccess, PrivateAnonymous, -1, 0);
        _mapping = (byte*)mapping;
        if ((nint)mapping == -1 || Protect(_mapping + GuardBytes, usable, ReadWrite) != 0)
        {
            throw new InsufficientMemoryException($"mmap or mprotect of {_mappedBytes} bytes failed.");
        }

        Start = _mapping + GuardBytes + usable - LengthBytes;
    }

    public byte* Start { get; }

    public nuint LengthBytes { get; }

    public Span<byte> Bytes => new(Start, checked((int)LengthBytes));

    public void Dispose()
    {
        byte* mapping = _mapping;
        _mapping = null;
        if (mapping == null)
        {
            return;
        }

        if (_mappedBytes == 0)
        {
            NativeMemory.AlignedFree(mapping);
        }
        else
        {
            _ = Unmap(mapping, _mappedBytes);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* Map(void* hint, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(void* start, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* start, nuint length);
}
