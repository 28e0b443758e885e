// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Linq;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Puts a resource table into a report.</summary>
internal static class TableReading
{
    private const string Any = "any";

    /// <summary>Reports a table of an ELF file.</summary>
    /// <param name="finding">Where it is.</param>
    /// <param name="imageOffsetBytes">Where the ELF file begins in the file that was named.</param>
    /// <returns>Nothing when there is no table.</returns>
    public static TableReport? Report(TableFinding finding, int imageOffsetBytes)
    {
        if (finding.Bytes is not { } bytes)
        {
            return finding.Fault is null ? null : new TableReport { Fault = finding.Fault };
        }

        return Report(bytes) with
        {
            FoundBy = finding.FoundBy,
            Offset = Quantity.Hex((ulong)(finding.OffsetBytes + imageOffsetBytes)),
            Address = Quantity.Hex(finding.Address),
            Segment = finding.SegmentIndex,
        };
    }

    /// <summary>Reports the bytes of a table.</summary>
    public static TableReport Report(ReadOnlyMemory<byte> bytes)
        => ResourceTable.TryParse(bytes.Span, out ResourceTable? table, out ResourceTableFault fault)
            ? Report(table)
            : new TableReport
            {
                LengthBytes = bytes.Length,
                Fault = new ResourceTableException(fault).Message.TrimEnd('.'),
            };

    /// <summary>Reports a table.</summary>
    public static TableReport Report(ResourceTable table) => new()
    {
        Version = table.FormatVersion,
        LengthBytes = table.LengthBytes,
        Entries = [.. table.Entries.Select(ReportEntry)],
    };

    private static TableEntryReport ReportEntry(TableResource entry)
    {
        bool isWide = entry.Table.FormatVersion > 1;
        var report = new TableEntryReport
        {
            Index = entry.Index,
            Kind = KindOf(entry.Kind),
            Offset = Quantity.Hex(entry.OffsetBytes),
            Required = isWide ? entry.IsRequired : null,
            ItemVersion = isWide ? entry.ItemVersion : null,
        };
        return entry switch
        {
            CarveoutResource carveout => Fill(report, carveout),
            DevmemResource devmem => Fill(report, devmem),
            TraceResource trace => Fill(report, trace),
            VdevResource vdev => Fill(report, vdev),
            VendorResource vendor => report with { Type = TypeOf(entry), Value = Hex(vendor.Body) },
            ParametersResource parameters => Fill(report, parameters),
            ProcessorStateResource state => Fill(report, state),
            UnknownResource unknown => report with { Type = TypeOf(entry), Value = Hex(unknown.Body) },
            _ => report,
        };
    }

    private static string KindOf(ResourceKind kind) => kind switch
    {
        ResourceKind.ProcessorState => "processor state",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static TableEntryReport Fill(TableEntryReport report, CarveoutResource carveout) => report with
    {
        Name = SafeText.Of(carveout.Name),
        Address = AddressOf(carveout.Address),
        PhysicalAddress = AddressOf(carveout.PhysicalAddress),
        LengthBytes = carveout.LengthBytes,
        Flags = Quantity.Hex(carveout.Flags),
    };

    private static TableEntryReport Fill(TableEntryReport report, DevmemResource devmem) => report with
    {
        Name = SafeText.Of(devmem.Name),
        Address = AddressOf(devmem.Address),
        PhysicalAddress = AddressOf(devmem.PhysicalAddress),
        LengthBytes = devmem.LengthBytes,
        Flags = Quantity.Hex(devmem.Flags),
    };

    private static TableEntryReport Fill(TableEntryReport report, TraceResource trace) => report with
    {
        Name = SafeText.Of(trace.Name),
        Address = AddressOf(trace.Address),
        LengthBytes = trace.LengthBytes,
        Method = trace.Method == TraceMethod.FlipFlop ? "flip-flop" : "plain text",
        NotifyId = trace.NotifyId is { } id ? NotifyIdOf(id) : null,
    };

    private static TableEntryReport Fill(TableEntryReport report, VdevResource vdev) => report with
    {
        DeviceId = vdev.DeviceId,
        NotifyId = NotifyIdOf(vdev.NotifyId),
        DeviceFeatures = Quantity.Hex(vdev.DeviceFeatures),
        DriverFeatures = Quantity.Hex(vdev.DriverFeatures),
        Status = Quantity.Hex((ulong)vdev.Status),
        ConfigBytes = vdev.ConfigLengthBytes,
        Vrings = [.. vdev.Vrings.Select(Report)],
        Buffers = vdev.Buffers is { } buffers ? Report(buffers) : null,
    };

    private static TableEntryReport Fill(TableEntryReport report, ParametersResource parameters) => report with
    {
        Name = SafeText.Of(parameters.Name),
        LengthBytes = (ulong)parameters.CapacityBytes,
        Value = ValueOf(parameters),
    };

    private static TableEntryReport Fill(TableEntryReport report, ProcessorStateResource state) => report with
    {
        NotifyId = NotifyIdOf(state.NotifyId),
        HeartbeatSeconds = state.HeartbeatPeriod.TotalSeconds,
        State = state.State.ToString().ToLowerInvariant(),
    };

    private static VringReport Report(VringResource vring) => new(
        vring.Index,
        AddressOf(vring.Address),
        vring.AlignmentBytes,
        vring.EntryCount,
        NotifyIdOf(vring.NotifyId),
        Quantity.Hex(vring.OffsetBytes));

    private static BuffersReport Report(VdevBuffers buffers) => new(
        AddressOf(buffers.Address),
        buffers.LengthBytes,
        buffers.ToDriverBufferBytes,
        buffers.ToDriverBufferCount,
        buffers.ToDeviceBufferBytes,
        buffers.ToDeviceBufferCount);

    // Pairs that are none (RSC102) are shown as bytes.
    private static string ValueOf(ParametersResource parameters)
    {
        ReadOnlySpan<byte> value = parameters.Value.Span;
        bool isText = parameters.Format == ParametersFormat.KeyValues && value.Length > 0 && value[^1] == 0;
        return isText ? SafeText.Of(value[..^1]).Replace('\u2400', ' ') : Hex(parameters.Value);
    }

    private static string AddressOf(ulong address)
        => address == ResourceAddress.Any64 ? Any : Quantity.Hex(address);

    private static string NotifyIdOf(uint id)
        => id == NotifyId.Any ? Any : id.ToString(CultureInfo.InvariantCulture);

    private static string TypeOf(TableResource entry) => ((uint)entry.Type).ToString(CultureInfo.InvariantCulture);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
