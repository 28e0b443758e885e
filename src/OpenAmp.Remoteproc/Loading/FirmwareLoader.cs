// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Brings firmware into a processor's memory, in the order of the Linux kernel: check, prepare, resources,
/// segments, table.</summary>
internal sealed class FirmwareLoader(
    string processorName,
    RemoteProcessorDriver driver,
    MemoryMap memory,
    RemoteProcessorOptions options)
{
    /// <summary>Reads and checks everything about an image that can be known without the processor.</summary>
    /// <exception cref="FirmwareException">It cannot be loaded.</exception>
    /// <exception cref="FirmwareAuthenticationException">It is not signed by who it should be.</exception>
    public async ValueTask<CheckedFirmware> CheckAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        (FirmwareStore trusted, bool isWholeImageTrusted) = await VerifyAsync(store, cancellationToken)
            .ConfigureAwait(false);
        FirmwareFormat format = await FindFormatAsync(trusted, isWholeImageTrusted, cancellationToken)
            .ConfigureAwait(false);
        FirmwareImage image = await format.ReadAsync(trusted, driver.Requirements, cancellationToken)
            .ConfigureAwait(false);
        ResourceTable? table = image.ResourceTable is { } bytes ? Parse(bytes, image, store.Name) : null;
        TableParameters.Set(table, options.Parameters, store.Name);
        return new CheckedFirmware(trusted, format, image, table);
    }

    /// <summary>Loads an image. Until all of it has found its place, no byte of the processor's memory
    /// changes.</summary>
    /// <exception cref="FirmwareException">It does not fit the processor.</exception>
    public async ValueTask<LoadedFirmware> LoadAsync(CheckedFirmware firmware, CancellationToken cancellationToken)
    {
        await driver.PrepareAsync(firmware.Image, cancellationToken).ConfigureAwait(false);
        ResourceAllocation? allocation = null;
        try
        {
            (FirmwareStore store, FirmwareFormat format, FirmwareImage image, ResourceTable? table) = firmware;
            bool loads = !driver.Capabilities.HasFlag(DriverCapabilities.LoadsSegments);
            IReadOnlyList<SharedRegion> places = loads ? SegmentLoader.Place(image, store.Name, memory) : [];
            SharedRegion? tablePlace = PlaceTable(image, table);
            allocation = new ResourceAllocator(processorName, driver, memory, options)
                .Allocate(table, places, tablePlace);
            var loaded = new LoadedFirmware(store, format, image, table, allocation) { LiveTable = tablePlace };
            await FillAsync(loaded, places, cancellationToken).ConfigureAwait(false);

            // Who gave up waiting takes nothing over: then it must not stay taken.
            cancellationToken.ThrowIfCancellationRequested();
            return loaded;
        }
        catch
        {
            allocation?.Free();
            await UnprepareAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Undoes the preparing of a load that failed, whose own reason is the one to tell.</summary>
    private async ValueTask UnprepareAsync()
    {
        using var deadline = new Deadline(options.StopTimeout, options.TimeProvider);
        try
        {
            await driver.ShutdownAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.StopFailed(options.Logger, processorName, error);
        }
    }

    /// <summary>Brings memory back to what it was when the firmware was loaded: every carveout stays where it
    /// is.</summary>
    /// <exception cref="FirmwareException">The image is no longer the one that was loaded.</exception>
    public async ValueTask ReloadAsync(LoadedFirmware loaded, CancellationToken cancellationToken)
    {
        FirmwareImage now = await loaded.Format.ReadAsync(loaded.Store, driver.Requirements, cancellationToken)
            .ConfigureAwait(false);
        if (!IsSame(now, loaded.Image))
        {
            throw new FirmwareException($"The firmware '{loaded.Store.Name}' has changed since it was loaded. Load it "
                + "again to run what it is now.");
        }

        bool loads = !driver.Capabilities.HasFlag(DriverCapabilities.LoadsSegments);
        await FillAsync(loaded, loads ? SegmentLoader.Place(now, loaded.Store.Name, memory) : [], cancellationToken)
            .ConfigureAwait(false);
    }

    /// <returns>The bytes to load, and whether every one of them may be believed: a signature may cover the loaded
    /// segments alone.</returns>
    private async ValueTask<(FirmwareStore Store, bool IsWholeImageTrusted)> VerifyAsync(
        FirmwareStore store,
        CancellationToken cancellationToken)
    {
        if (store.LengthBytes > driver.Requirements.MaxImageBytes)
        {
            throw new FirmwareException($"The firmware '{store.Name}' has {store.LengthBytes} bytes; processor "
                + $"'{processorName}' accepts at most {driver.Requirements.MaxImageBytes}.");
        }

        if (options.Verifier is not { } verifier)
        {
            return (store, true);
        }

        // A private copy: what was verified is what is loaded, now and at each restart.
        byte[] file = new byte[store.LengthBytes];
        await store.ReadAsync(0, file, cancellationToken).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        FirmwareVerification verification = verifier.VerifyInPlace(file);
        ThrowUnlessLoadable(verification, store.Name);
        return (FirmwareStore.FromMemory(verification.Image, store.Name), verification.IsWholeImageSigned);
    }

    private void ThrowUnlessLoadable(FirmwareVerification verification, string name)
    {
        if (verification.Images.Count != 1)
        {
            throw new FirmwareException($"The signed firmware '{name}' holds {verification.Images.Count} images; "
                + $"processor '{processorName}' loads one. Sign and load each on its own.");
        }

        // A driver that loads segments itself obeys more of the file than the segments: an exec does.
        if (!verification.IsWholeImageSigned && driver.Capabilities.HasFlag(DriverCapabilities.LoadsSegments))
        {
            throw new FirmwareException($"The signature of '{name}' covers its segments only, and processor "
                + $"'{processorName}' uses the whole file. Sign it with 'openamp firmware sign', which covers all of "
                + "it.");
        }
    }

    private async ValueTask<FirmwareFormat> FindFormatAsync(
        FirmwareStore store,
        bool isWholeImageTrusted,
        CancellationToken cancellationToken)
    {
        // A signature of segments says nothing about bytes that another format would load.
        foreach (FirmwareFormat format in options.Formats.Where(f => isWholeImageTrusted || f is ElfFirmwareFormat))
        {
            byte[] head = new byte[Math.Min(format.HeadBytes, store.LengthBytes)];
            await store.ReadAsync(0, head, cancellationToken).ConfigureAwait(false);
            if (format.Recognizes(head))
            {
                return format;
            }
        }

        string known = string.Join(", ", options.Formats.Select(format => format.Name));
        throw new FirmwareException($"The firmware '{store.Name}' of {store.LengthBytes} bytes is none of the formats "
            + $"that processor '{processorName}' loads: {known}.");
    }

    private static ResourceTable Parse(ReadOnlyMemory<byte> bytes, FirmwareImage image, string name)
    {
        try
        {
            return ResourceTable.Parse(bytes.Span);
        }
        catch (ResourceTableException error)
        {
            throw new FirmwareException($"The resource table of '{name}', at file offset "
                + $"0x{image.ResourceTableFileOffsetBytes:x}, is malformed: {error.Message}", error);
        }
    }

    private SharedRegion? PlaceTable(FirmwareImage image, ResourceTable? table)
    {
        if (table is null)
        {
            return null;
        }

        DeviceAddress? address = driver.PlaceTable(image, table.LengthBytes) ?? image.ResourceTableAddress;
        bool isMapped = memory.TryTranslate(address ?? default, (ulong)table.LengthBytes, out SharedRegion region);
        return address is not null && isMapped && IsWordAligned(region)
            ? region
            : table.Vdevs.Count == 0 ? null
            : throw new FirmwareException("The remote could not see its resource table: it "
                + (address is null ? "lies in no loadable segment" : $"would lie at 0x{address.Value.Value:x8}")
                + $", and the processor's memory is {memory.Describe()}. Let the linker script place .resource_table "
                + "in "
                + "a loaded segment, at a multiple of 4.");
    }

    // Both sides read and write words of it, each in one access.
    private static unsafe bool IsWordAligned(SharedRegion region) => ((nuint)region.Start & (sizeof(uint) - 1)) == 0;

    private static async ValueTask FillAsync(
        LoadedFirmware loaded,
        IReadOnlyList<SharedRegion> places,
        CancellationToken cancellationToken)
    {
        await SegmentLoader.LoadAsync(loaded.Store, loaded.Image, places, cancellationToken).ConfigureAwait(false);
        if (loaded.LiveTable is { } live)
        {
            LiveTable.Write(loaded.Table!, live);
        }

        loaded.IsFresh = true;
    }

    private static bool IsSame(FirmwareImage one, FirmwareImage other)
        => one.EntryPoint.Value == other.EntryPoint.Value
            && one.Segments.SequenceEqual(other.Segments)
            && (one.ResourceTable ?? default).Span.SequenceEqual((other.ResourceTable ?? default).Span);
}
