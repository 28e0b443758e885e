// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>Fits a description's values into a table's fields, and names the entry when one does not fit.</summary>
internal readonly struct DescriptionCheck(int index, ResourceDescription description)
{
    public static void Count(IReadOnlyList<ResourceDescription> entries)
    {
        if (entries.Count > ResourceTableReader.MaxEntryCount)
        {
            throw new ResourceTableException(
                $"Resource table document, property $.entries: expected at most {ResourceTableReader.MaxEntryCount} "
                + $"entries, found {entries.Count}.");
        }
    }

    public uint Address(ulong value, string field)
    {
        if (value == ResourceAddress.Any64)
        {
            return ResourceAddress.Any;
        }

        Require(
            value < ResourceAddress.Any,
            $"has the {field} {JsonNumbers.Hex(value)}",
            "at most 0xfffffffe in version 1: choose lower memory, or version 2");
        return (uint)value;
    }

    public uint Word(ulong value, string field)
    {
        Require(
            value <= uint.MaxValue,
            $"has the {field} {JsonNumbers.Hex(value)}",
            "at most 0xffffffff in version 1: use version 2 for more");
        return (uint)value;
    }

    public ResourceName Name(string name)
    {
        ResourceName field = default;
        bool fits = name is not null && ResourceName.TryCreate(Encoding.UTF8.GetBytes(name), out field);
        Require(
            fits,
            $"has the name '{name}'",
            $"at most {ResourceName.MaxLengthBytes} bytes of UTF-8 without a NUL");
        return field;
    }

    public void VringCount(VdevDescription vdev)
        => Require(
            vdev.Vrings.Count <= VdevEntry.MaxVringCount,
            $"has {vdev.Vrings.Count} vrings",
            $"at most {VdevEntry.MaxVringCount}");

    public void Kind(uint type, ResourceKind actual, ResourceKind expected)
        => Require(
            actual == expected,
            $"has the type {type.ToString(CultureInfo.InvariantCulture)}",
            expected == ResourceKind.Vendor
                ? $"{(uint)VendorEntry.FirstType} to {(uint)VendorEntry.LastType}"
                : "a type that has no kind of its own");

    public void Require(bool condition, string found, string expected)
    {
        if (!condition)
        {
            throw Error(found, expected);
        }
    }

    public ResourceTableException Error(string found, string expected)
        => new($"Resource table document, {Where} {found}. Expected {expected}.");

    public ResourceTableException Error(ResourceTableFault fault)
        => new(fault, $"{Where}: {FaultText.Describe(fault)}");

    private string Where
        => string.Create(CultureInfo.InvariantCulture, $"property $.entries[{index}] ({description.KindText})");
}
