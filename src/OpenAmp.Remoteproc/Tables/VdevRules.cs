// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Rules about virtio devices, their vrings, features, buffers and notify ids.</summary>
internal static class VdevRules
{
    // As many as the C library has bits for.
    private const uint FirstUnusableNotifyId = 64;

    private const int RpmsgVringCount = 2;

    public static void Check(ResourceTable table, LintReport report)
    {
        foreach (VdevResource vdev in table.Vdevs)
        {
            CheckShape(vdev, report);
            CheckFeatures(vdev, report);
            foreach (VringResource vring in vdev.Vrings)
            {
                CheckVring(vdev, vring, report);
            }

            CheckBuffers(vdev, report);
        }

        CheckStateWords(table, report);
        CheckNotifyIds(table, report);
    }

    private static void CheckShape(VdevResource vdev, LintReport report)
    {
        uint at = vdev.OffsetBytes + (IsWide(vdev) ? 45u : 25u);
        if (vdev.IsRpmsg && vdev.Vrings.Count != RpmsgVringCount)
        {
            report.Add("RSC050", at, $"{vdev} has {vdev.Vrings.Count} vrings. Expected 2, one for each direction.");
        }

        if (vdev.Vrings.Count > RpmsgVringCount)
        {
            report.Add(
                "RSC051", at, $"{vdev} has {vdev.Vrings.Count} vrings. Expected at most 2: Linux refuses to boot it.");
        }

        if (vdev.DriverFeatures != 0 || vdev.Status != 0)
        {
            uint where = vdev.OffsetBytes + (IsWide(vdev) ? 32u : 16u);
            report.Add(
                "RSC065",
                where,
                $"{vdev} has driver features 0x{vdev.DriverFeatures:x} and status 0x{(byte)vdev.Status:x}. "
                + "Expected zeros in an image: is it a copy taken at run time?");
        }
    }

    private static void CheckFeatures(VdevResource vdev, LintReport report)
    {
        var offered = new VirtioFeatures(vdev.DeviceFeatures);
        uint at = vdev.OffsetBytes + (IsWide(vdev) ? 24u : 12u);
        if (offered.Has(VirtioFeatures.RingEventIdx))
        {
            report.Add(
                "RSC060",
                at,
                $"{vdev} offers 0x{vdev.DeviceFeatures:x}, with bit 29 (EVENT_IDX). "
                + "Expected it clear: kicks are lost.");
        }

        if (vdev.IsRpmsg && !offered.Has(VirtioFeatures.RpmsgNameService))
        {
            report.Add(
                "RSC061",
                at,
                $"{vdev} offers 0x{vdev.DeviceFeatures:x}. Expected bit 0: without it nobody announces channels.");
        }

        if (offered.Has(VirtioFeatures.BadFeature) || offered.Has(VirtioFeatures.RingPacked))
        {
            report.Add(
                "RSC066",
                at,
                $"{vdev} offers 0x{vdev.DeviceFeatures:x}. "
                + "Expected bits 30 (legacy trap) and 34 (packed rings) clear.");
        }
    }

    private static void CheckVring(VdevResource vdev, VringResource vring, LintReport report)
    {
        uint alignmentAt = vring.OffsetBytes + (IsWide(vdev) ? 8u : 4u);
        if (vring.AlignmentBytes is < 4 or > VringLayout.MaxAlignmentBytes)
        {
            report.Add(
                "RSC052",
                alignmentAt,
                $"{vring} is aligned to {vring.AlignmentBytes}. Expected 4 to {VringLayout.MaxAlignmentBytes}.");
        }

        uint ringAlignment = System.Math.Max(vring.AlignmentBytes, VirtqDesc.SizeBytes);
        if (!vring.IsAnywhere && vring.Address % ringAlignment != 0)
        {
            report.Add(
                "RSC044",
                vring.OffsetBytes,
                $"{vring} is at 0x{vring.Address:x}. "
                + $"Expected a multiple of {ringAlignment}: peers place the used ring differently otherwise.");
        }

        uint reserved = vring.ReservedWord;
        if (reserved != 0)
        {
            report.Add(
                "RSC059",
                vring.OffsetBytes + (IsWide(vdev) ? 20u : 16u),
                $"{vring} has 0x{reserved:x} in its reserved word. "
                + "Expected 0: older peers call it a physical address.");
        }
    }

    private static void CheckBuffers(VdevResource vdev, LintReport report)
    {
        if (vdev.Buffers is not { } buffers)
        {
            return;
        }

        ulong needed = ((ulong)buffers.ToDriverBufferBytes * buffers.ToDriverBufferCount)
            + ((ulong)buffers.ToDeviceBufferBytes * buffers.ToDeviceBufferCount);
        if (buffers.LengthBytes != 0 && needed > buffers.LengthBytes)
        {
            report.Add(
                "RSC103",
                vdev.OffsetBytes + 56,
                $"{vdev} has 0x{buffers.LengthBytes:x} bytes for buffers. "
                + $"Expected 0x{needed:x}, which sizes and numbers add up to.");
        }

        (uint Count, uint At)[] directions = [(buffers.ToDriverBufferCount, 68), (buffers.ToDeviceBufferCount, 76)];
        foreach (((uint count, uint at), VringResource vring) in directions.Zip(vdev.Vrings))
        {
            if (count > vring.EntryCount)
            {
                report.Add(
                    "RSC104",
                    vdev.OffsetBytes + at,
                    $"{vring} has {vring.EntryCount} entries for {count} buffers. "
                    + "Expected one for each: lower the number, or lengthen the ring.");
            }
        }
    }

    private static void CheckStateWords(ResourceTable table, LintReport report)
    {
        foreach (ProcessorStateResource state in table.Entries.OfType<ProcessorStateResource>())
        {
            if (state.HasLiveWords)
            {
                report.Add(
                    "RSC065",
                    state.OffsetBytes + 16,
                    $"{state} says something already. Expected zeros in an image: is it a copy taken at run time?");
            }
        }
    }

    private static void CheckNotifyIds(ResourceTable table, LintReport report)
    {
        HashSet<uint> seen = [];
        foreach ((string who, uint id, uint at) in IdsOf(table))
        {
            if (id == NotifyId.Any)
            {
                continue;
            }

            if (!seen.Add(id))
            {
                report.Add(
                    "RSC014",
                    at,
                    $"{who} has notify id {id}, as another has. "
                    + "Expected one of its own, or 0xffffffff to be given one.");
            }

            if (id >= FirstUnusableNotifyId)
            {
                report.Add("RSC070", at, $"{who} has notify id {id}. Expected 0 to 63, or 0xffffffff to be given one.");
            }

            report.Add(
                "RSC071",
                at,
                $"{who} has notify id {id}. "
                + "Expected 0xffffffff: Linux hands out its own, so read the id from the table.");
        }
    }

    // A device's own id is left out: tables in the field repeat its first vring's there.
    private static IEnumerable<(string Who, uint Id, uint At)> IdsOf(ResourceTable table)
    {
        foreach (VringResource vring in table.Vdevs.SelectMany(vdev => vdev.Vrings))
        {
            uint at = vring.OffsetBytes + (table.FormatVersion == ResourceTable.WideVersion ? 16u : 12u);
            yield return (vring.ToString(), vring.NotifyId, at);
        }

        foreach (TraceResource trace in table.Traces.Where(trace => trace.Method == TraceMethod.FlipFlop))
        {
            yield return (trace.ToString(), trace.RawNotifyId, trace.OffsetBytes + 36);
        }

        foreach (ProcessorStateResource state in table.Entries.OfType<ProcessorStateResource>())
        {
            yield return (state.ToString(), state.NotifyId, state.OffsetBytes + 32);
        }
    }

    private static bool IsWide(VdevResource vdev) => vdev.Table.FormatVersion == ResourceTable.WideVersion;
}
