// SPDX-License-Identifier: BSD-3-Clause

using CsCheck;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>VIRTIO 1.3, section 2.7.7.2 (vring_need_event).</summary>
public sealed class NotificationTests
{
    [Theory]
    [InlineData(0, 1, 0, true)]
    [InlineData(1, 1, 0, false)]
    [InlineData(0, 0, 0, false)]
    [InlineData(0xFFFF, 0, 0xFFFF, true)]
    [InlineData(0xFFFF, 0xFFFF, 0xFFFE, false)]
    [InlineData(0xFFFE, 1, 0xFFFE, true)]
    [InlineData(0, 1, 0xFFFE, true)]
    [InlineData(2, 1, 0xFFFE, false)]
    [InlineData(0xFFFD, 1, 0xFFFE, false)]
    public void AKickIsNeededWhenTheEventLiesBetweenOldAndNew(int eventIndex, int newIndex, int oldIndex, bool expected)
        => Assert.Equal(
            expected, Notification.IsNeeded((ushort)eventIndex, (ushort)newIndex, (ushort)oldIndex));

    [Fact]
    public void AKickIsNeededExactlyWhenCountingUpPassesTheEvent()
        => Gen.Select(Gen.UShort, Gen.Int[0, 300], Gen.UShort).Sample((oldIndex, steps, eventIndex) =>
        {
            bool passed = false;
            ushort index = oldIndex;
            for (int i = 0; i < steps; i++)
            {
                passed |= index == eventIndex;
                index = unchecked((ushort)(index + 1));
            }

            return Notification.IsNeeded(eventIndex, index, oldIndex) == passed;
        });
}
