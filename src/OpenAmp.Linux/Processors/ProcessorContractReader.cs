// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>Reads the text of a <see cref="ProcessorContract"/>. It is input: every word is checked.</summary>
internal sealed class ProcessorContractReader
{
    private readonly List<ProcessorDoorbell> _vdevs = [];
    private readonly List<(uint NotifyId, int Kick)> _notifications = [];
    private string? _name;
    private ProcessorMemory? _memory;
    private (ulong Address, ulong LengthBytes)? _table;
    private int? _lifeline;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns><see langword="null"/> when something is.</returns>
    internal static ProcessorContract? TryRead(string text, out string fault)
    {
        if (text.Length > ProcessorContract.MaxTextLength)
        {
            fault = $"it has {text.Length} characters, expected at most {ProcessorContract.MaxTextLength}";
            return null;
        }

        string[] words = text.Split(' ');
        if (words[0] != ProcessorContract.Version.ToString(CultureInfo.InvariantCulture))
        {
            fault = $"its version is \"{words[0]}\", expected \"{ProcessorContract.Version}\"; build the firmware and "
                + "its host with versions of this library that agree";
            return null;
        }

        ProcessorContractReader reader = new();
        foreach (string word in words.Skip(1))
        {
            if (!reader.TryTake(word))
            {
                fault = $"the word \"{word}\" is malformed, out of range, or there twice";
                return null;
            }
        }

        return reader.TryComplete(out fault);
    }

    private bool TryTake(string word)
    {
        int end = word.IndexOf('=', StringComparison.Ordinal);
        string[] values = end < 0 ? [] : word[(end + 1)..].Split(':');
        return end > 0 && word[..end] switch
        {
            "name" => TryTakeName(values),
            "memory" => TryTakeMemory(values),
            "table" => TryTakeTable(values),
            "lifeline" => TryTakeLifeline(values),
            "vdev" => TryTakeVdev(values),
            "notify" => TryTakeNotification(values),
            _ => true, // A later host may say more than we know.
        };
    }

    private bool TryTakeName(string[] values)
    {
        bool fits = _name is null && values is [{ Length: > 0 } name] && name.All(ProcessorContract.IsNameLetter);
        _name = fits ? values[0] : _name;
        return fits;
    }

    private bool TryTakeMemory(string[] values)
    {
        if (_memory is not null || values is not [var descriptor, var address, var length, var physical]
            || !TryDescriptor(descriptor, out int number) || !TryWide(address, out ulong start)
            || !TryWide(length, out ulong bytes) || !TryWide(physical, out ulong bus))
        {
            return false;
        }

        _memory = new ProcessorMemory(number, start, bytes, bus);
        return bytes is > 0 and <= (ulong)SharedMemory.MaxLengthBytes && start <= ulong.MaxValue - bytes;
    }

    private bool TryTakeTable(string[] values)
    {
        if (_table is not null || values is not [var address, var length]
            || !TryWide(address, out ulong start) || !TryWide(length, out ulong bytes))
        {
            return false;
        }

        _table = (start, bytes);
        return bytes is > 0 and <= int.MaxValue;
    }

    private bool TryTakeLifeline(string[] values)
    {
        if (_lifeline is not null || values is not [var descriptor] || !TryDescriptor(descriptor, out int number))
        {
            return false;
        }

        _lifeline = number;
        return true;
    }

    private bool TryTakeVdev(string[] values)
    {
        if (values is not [var ordinal, var wait, var kick] || !TryDescriptor(wait, out int waits)
            || !TryDescriptor(kick, out int kicks)
            || !int.TryParse(ordinal, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || _vdevs.Exists(vdev => vdev.Ordinal == number))
        {
            return false;
        }

        _vdevs.Add(new ProcessorDoorbell(number, waits, kicks));
        return true;
    }

    private bool TryTakeNotification(string[] values)
    {
        if (values is not [var id, var kick] || !TryDescriptor(kick, out int kicks)
            || !uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out uint notifyId)
            || _notifications.Exists(notification => notification.NotifyId == notifyId))
        {
            return false;
        }

        _notifications.Add((notifyId, kicks));
        return true;
    }

    private ProcessorContract? TryComplete(out string fault)
    {
        fault = "";
        if (_name is null || _memory is not { } memory || _lifeline is not { } lifeline)
        {
            fault = "it lacks one of name, memory and lifeline";
            return null;
        }

        ProcessorContract contract = new()
        {
            Name = _name,
            Memory = memory,
            Table = _table,
            Lifeline = lifeline,
            Vdevs = _vdevs,
            Notifications = _notifications,
        };
        if (_table is { } table
            && (table.Address < memory.Address || table.Address - memory.Address > memory.LengthBytes
                || table.LengthBytes > memory.LengthBytes - (table.Address - memory.Address)))
        {
            fault = $"its table of {table.LengthBytes} bytes at 0x{table.Address:x8} lies outside its memory";
            return null;
        }

        int count = contract.Descriptors.Count();
        if (contract.Descriptors.Distinct().Count() != count || count > ChildProcessOptions.MaxHandles)
        {
            fault = $"its {count} descriptors are not all different, or more than {ChildProcessOptions.MaxHandles}";
            return null;
        }

        return contract;
    }

    private static bool TryDescriptor(string text, out int descriptor)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out descriptor)
            && descriptor >= ChildProcessOptions.FirstHandleDescriptor;

    private static bool TryWide(string text, out ulong value)
    {
        value = 0;
        return text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(
                text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
