// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;
using static OpenAmp.Fuzz.Tests.InvariantException;

namespace OpenAmp.Fuzz.Tests;

/// <summary>The whole way from a file's bytes into a processor's memory: format, headers, table, carveouts, segments.
/// </summary>
/// <remarks>
/// <para>For every input: it loads, or <see cref="Remoteproc.FirmwareException"/> says why, and then no byte of the
/// processor's memory has changed and no carveout is taken. No byte beside the memory changes ever.</para>
/// <para>When it loads, the memory holds each segment with its zeros and the table, and otherwise what it held before;
/// loading the same file again ends the same way.</para>
/// </remarks>
public static class FirmwareTarget
{
    public static void Run(ReadOnlySpan<byte> file)
    {
        using FirmwareMemory memory = new();
        var driver = new FirmwareDriver(memory);
        Remoteproc.RemoteProcessor processor = Wait(
            Remoteproc.RemoteProcessor.OpenAsync(driver, options: null, CancellationToken.None));
        try
        {
            byte[] image = file.ToArray();
            bool isLoaded = TryLoad(processor, memory, image);
            ThrowUnless(isLoaded == TryLoad(processor, memory, image), "a second load ends as the first");
        }
        finally
        {
            Wait(processor.DisposeAsync());
        }

        ThrowUnless(memory.IsFrameIntact, "no byte beside the memory changes");
    }

    private static bool TryLoad(Remoteproc.RemoteProcessor processor, FirmwareMemory memory, byte[] image)
    {
        memory.Fill();
        try
        {
            Wait(processor.LoadAsync(Remoteproc.FirmwareStore.FromMemory(image), CancellationToken.None));
        }
        catch (Remoteproc.FirmwareException error)
        {
            CheckRefused(processor, memory, image, error);
            return false;
        }

        ThrowUnless(processor.State == Remoteproc.RemoteProcessorState.Ready, "a loaded processor is ready");
        CheckLoaded(processor, memory, image);
        return true;
    }

    private static void CheckRefused(
        Remoteproc.RemoteProcessor processor,
        FirmwareMemory memory,
        byte[] image,
        Remoteproc.FirmwareException error)
    {
        ThrowUnless(error.Message.Length > 20, "a refusal says why");
        ThrowUnless(processor.State == Remoteproc.RemoteProcessorState.Offline, "after a refusal it is offline");
        ThrowUnless(memory.IsUntouched, "a refusal changes no byte of the processor's memory");
        ulong offset = error.InnerException switch
        {
            ElfException elf => elf.Fault.OffsetBytes,
            Remoteproc.ResourceTableException table => table.Fault.OffsetBytes,
            _ => 0,
        };
        ThrowUnless(offset <= (ulong)image.Length, $"a refusal names a place in the file, not 0x{offset:x}");
    }

    private static void CheckLoaded(Remoteproc.RemoteProcessor processor, FirmwareMemory memory, byte[] image)
    {
        memory.ResetExpected();
        foreach (Remoteproc.FirmwareSegment segment in processor.Image!.Segments)
        {
            Span<byte> place = memory.Expected(segment.Address, segment.MemoryBytes);
            if (segment.FileBytes > 0)
            {
                image.AsSpan((int)segment.FileOffsetBytes, (int)segment.FileBytes).CopyTo(place);
            }

            place[(int)segment.FileBytes..].Clear();
        }

        // The remote is told by words that are written as one: elsewhere it sees the table of the image.
        if (processor.Image.ResourceTableAddress is { } address && processor.Table is { } table
            && address.Value % sizeof(uint) == 0
            && processor.Memory.TryTranslate(address, (ulong)table.LengthBytes, out SharedRegion _))
        {
            table.Bytes.Span.CopyTo(memory.Expected(address, table.LengthBytes));
        }

        ThrowUnless(memory.IsAsExpected, "memory holds the segments, the table, and what it held before");
    }

    // Everything on this way completes where it is called, but a timer may have to be disposed elsewhere.
    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}
