// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Runtime.InteropServices;
using CsCheck;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceNameTests
{
    [Fact]
    public void NameEndsAtItsFirstNul()
    {
        byte[] field = [.. "vdev0buffer"u8, 0, .. Enumerable.Repeat((byte)'x', 20)];
        ResourceName name = MemoryMarshal.Read<ResourceName>(field);

        Assert.Equal("vdev0buffer"u8.ToArray(), name.Bytes.ToArray());
        Assert.True(name.IsTerminated);
        Assert.True(name.Matches("vdev0buffer"u8));
        Assert.False(name.Matches("vdev0buffe"u8));
        Assert.False(name.Matches("vdev0bufferx"u8));
        Assert.False(name.Matches("vdev1buffer"u8));
    }

    [Fact]
    public void FieldWithoutNulIsReportedAndNeverReadPast()
    {
        byte[] memory = [.. Enumerable.Repeat((byte)'n', 40)];
        ResourceName name = MemoryMarshal.Read<ResourceName>(memory);

        Assert.Equal(32, name.LengthBytes);
        Assert.Equal(32, name.Bytes.Length);
        Assert.False(name.IsTerminated);
        Assert.Equal(32, name.ZeroPadded().LengthBytes);
    }

    [Fact]
    public void NameIsWrittenWithNothingButZerosAfterIt()
    {
        byte[] dirty = [.. "ab"u8, 0, .. Enumerable.Repeat((byte)0xCC, 29)];
        ResourceName clean = MemoryMarshal.Read<ResourceName>(dirty).ZeroPadded();

        byte[] expected = [.. "ab"u8, .. new byte[30]];
        Assert.Equal(expected, FieldBytes(clean));
    }

    [Fact]
    public void EveryNameThatFitsComesBack()
        => Gen.Byte[1, 255].Array[0, 40].Sample(bytes =>
        {
            bool fits = ResourceName.TryCreate(bytes, out ResourceName name);
            bool right = fits ? name.Bytes.SequenceEqual(bytes) && name.IsTerminated && name.Matches(bytes)
                : name.LengthBytes == 0;
            return right && fits == (bytes.Length <= ResourceName.MaxLengthBytes);
        });

    [Fact]
    public void NameWithANulInsideIsRefused()
    {
        Assert.False(ResourceName.TryCreate("a\0b"u8, out ResourceName name));
        Assert.Equal(new byte[32], FieldBytes(name));
    }

    private static byte[] FieldBytes(ResourceName name)
        => MemoryMarshal.AsBytes(new ReadOnlySpan<ResourceName>(in name)).ToArray();
}
