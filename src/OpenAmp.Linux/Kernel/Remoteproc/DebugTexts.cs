// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Reads the texts that debugfs shows of a processor: its resource table and its carveouts.</summary>
/// <remarks>They are made for people: a kernel may write them otherwise. What is not understood is left out.</remarks>
internal static class DebugTexts
{
    private static readonly char[] Space = [' ', '\t'];

    /// <summary>Reads <c>carveout_memories</c>.</summary>
    public static List<KernelCarveout> ParseCarveouts(string text)
    {
        List<KernelCarveout> carveouts = [];
        string? name = null;
        ulong dma = 0;
        ulong address = 0;
        foreach (string line in text.Split('\n'))
        {
            (string key, string value) = Split(line, ':');
            switch (key)
            {
                case "Name":
                    name = value;
                    break;
                case "DMA address":
                    dma = Number(value);
                    break;
                case "Device address":
                    address = Number(value);
                    break;
                case "Length" when name is not null:
                    carveouts.Add(new KernelCarveout(name, dma, new DeviceAddress(address), Number(value)));
                    (name, dma, address) = (null, 0, 0);
                    break;
            }
        }

        return carveouts;
    }

    /// <summary>Reads <c>resource_table</c>: the live table.</summary>
    /// <returns>The table, with the configuration spaces of its devices empty, for the text does not show them; without
    /// entries of vendors for the same reason. <see langword="null"/> when there is no table.</returns>
    public static ResourceTable? ParseTable(string text)
    {
        var builder = new ResourceTableBuilder();
        int count = 0;
        foreach (List<string> entry in SplitEntries(text))
        {
            if (TryParseEntry(entry) is { } description)
            {
                builder.Add(description);
                count++;
            }
        }

        try
        {
            return count == 0 ? null : builder.Build();
        }
        catch (ResourceTableException)
        {
            // What the kernel runs and we would refuse: it is shown by nobody, rather than wrongly.
            return null;
        }
    }

    private static IEnumerable<List<string>> SplitEntries(string text)
    {
        List<string>? entry = null;
        foreach (string line in text.Split('\n').Where(line => line.Length > 0))
        {
            if (line.StartsWith("Entry ", StringComparison.Ordinal))
            {
                if (entry is not null)
                {
                    yield return entry;
                }

                entry = [];
            }

            entry?.Add(line.Trim());
        }

        if (entry is not null)
        {
            yield return entry;
        }
    }

    private static ResourceDescription? TryParseEntry(List<string> lines)
    {
        string kind = lines[0][(lines[0].LastIndexOf(' ') + 1)..];
        Dictionary<string, string> fields = FieldsOf(lines.TakeWhile(line => !IsVring(line)));
        ulong Read(string key) => Number(fields.GetValueOrDefault(key, "0"));
        string name = fields.GetValueOrDefault("Name", "");
        return kind switch
        {
            "carveout" => new CarveoutDescription
            {
                Name = name,
                Address = Address(Read("Device Address")),
                PhysicalAddress = Address(Read("Physical Address")),
                LengthBytes = Read("Length"),
                Flags = (uint)Read("Flags"),
            },
            "devmem" => new DevmemDescription
            {
                Name = name,
                Address = Read("Device Address"),
                PhysicalAddress = Read("Physical Address"),
                LengthBytes = Read("Length"),
                Flags = (uint)Read("Flags"),
            },
            "trace" => new TraceDescription
            {
                Name = name,
                Address = Read("Device Address"),
                LengthBytes = Read("Length"),
            },
            "vdev" => new VdevDescription
            {
                DeviceId = (uint)Read("ID"),
                NotifyId = (uint)Read("Notify ID"),
                DeviceFeatures = Read("Device features"),
                DriverFeatures = Read("Guest features"),
                Status = (byte)Read("Status"),
                Vrings = [.. VringsOf(lines)],
            },
            _ => null,
        };
    }

    private static IEnumerable<VringDescription> VringsOf(List<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (IsVring(lines[i]))
            {
                Dictionary<string, string> fields = FieldsOf(lines.Skip(i + 1).TakeWhile(line => !IsVring(line)));
                yield return new VringDescription
                {
                    Address = Address(Number(fields.GetValueOrDefault("Device Address", "0"))),
                    AlignmentBytes = (uint)Number(fields.GetValueOrDefault("Alignment", "0")),
                    EntryCount = (uint)Number(fields.GetValueOrDefault("Number of buffers", "0")),
                    NotifyId = (uint)Number(fields.GetValueOrDefault("Notify ID", "0")),
                };
            }
        }
    }

    private static bool IsVring(string line)
        => line.StartsWith("Vring ", StringComparison.Ordinal) && char.IsAsciiDigit(line[^1]);

    // "Device Address 0x1000", "Length 0x100 Bytes", "Name a name with spaces".
    private static Dictionary<string, string> FieldsOf(IEnumerable<string> lines)
    {
        string[] keys =
        [
            "Device Address", "Physical Address", "Length", "Flags", "Name", "ID", "Notify ID", "Device features",
            "Guest features", "Status", "Alignment", "Number of buffers",
        ];
        var fields = new Dictionary<string, string>();
        foreach (string line in lines)
        {
            if (keys.FirstOrDefault(key => line.StartsWith(key + " ", StringComparison.Ordinal)) is { } found)
            {
                fields[found] = line[(found.Length + 1)..].Trim();
            }
        }

        return fields;
    }

    // A table of version 1 has 32 bits for "anywhere".
    private static ulong Address(ulong address) => address == uint.MaxValue ? ResourceAddress.Any64 : address;

    private static (string Key, string Value) Split(string line, char separator)
    {
        int at = line.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (line.Trim(), "") : (line[..at].Trim(), line[(at + 1)..].Trim());
    }

    // "0x100 Bytes", "12", "-1": the kernel prints some 32-bit numbers with a sign.
    private static ulong Number(string text)
    {
        string digits = text.Split(Space, 2)[0];
        return digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong hex)
                ? hex : 0
            : long.TryParse(digits, CultureInfo.InvariantCulture, out long number) ? unchecked((uint)number) : 0;
    }
}
