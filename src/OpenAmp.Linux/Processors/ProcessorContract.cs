// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>What a firmware's process is told by its environment: which descriptor is what, and at which device
/// address. docs/process-processor.md defines the text.</summary>
internal sealed record ProcessorContract
{
    /// <summary>The version of the text that is written here, and the only one that is read.</summary>
    internal const int Version = 1;

    /// <summary>The longest text that is looked at.</summary>
    internal const int MaxTextLength = 16 << 10;

    /// <summary>Name of the processor: letters, digits, dots, hyphens and underscores.</summary>
    internal required string Name { get; init; }

    internal required ProcessorMemory Memory { get; init; }

    /// <summary>Device address and length of the live table; <see langword="null"/> without one.</summary>
    internal (ulong Address, ulong LengthBytes)? Table { get; init; }

    internal required int Lifeline { get; init; }

    /// <summary>The doorbells of the virtio devices, by ordinal.</summary>
    internal IReadOnlyList<ProcessorDoorbell> Vdevs { get; init; } = [];

    /// <summary>What rings the host for a notify id that belongs to no virtio device.</summary>
    internal IReadOnlyList<(uint NotifyId, int Kick)> Notifications { get; init; } = [];

    /// <summary>All descriptors that it names.</summary>
    internal IEnumerable<int> Descriptors
        => [Memory.Descriptor, Lifeline, .. Vdevs.Select(vdev => vdev.Wait), .. Vdevs.Select(vdev => vdev.Kick),
            .. Notifications.Select(notification => notification.Kick)];

    /// <summary>A name as the text can hold it.</summary>
    internal static string ToWord(string name)
        => string.Concat(name.Select(letter => IsNameLetter(letter) ? letter : '_'));

    internal static bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';

    /// <summary>The text.</summary>
    public override string ToString()
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        StringBuilder text = new StringBuilder().Append(culture, $"{Version} name={Name} ")
            .Append(culture, $"memory={Memory.Descriptor}:0x{Memory.Address:x}:0x{Memory.LengthBytes:x}")
            .Append(culture, $":0x{Memory.PhysicalAddress:x}");
        if (Table is { } table)
        {
            _ = text.Append(culture, $" table=0x{table.Address:x}:0x{table.LengthBytes:x}");
        }

        _ = text.Append(culture, $" lifeline={Lifeline}");
        foreach (ProcessorDoorbell vdev in Vdevs)
        {
            _ = text.Append(culture, $" vdev={vdev.Ordinal}:{vdev.Wait}:{vdev.Kick}");
        }

        foreach ((uint notifyId, int kick) in Notifications)
        {
            _ = text.Append(culture, $" notify={notifyId}:{kick}");
        }

        return text.ToString();
    }
}
