// SPDX-License-Identifier: BSD-3-Clause

using System;
using Xunit;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Asserts that firmware is refused, and by which rule.</summary>
internal static class Refusals
{
    public static FirmwareAuthenticationException Refused(
        FirmwareAuthenticationRule rule, Func<object> load, long? offset = null)
    {
        FirmwareAuthenticationException e = Assert.Throws<FirmwareAuthenticationException>(load);
        Assert.True(rule == e.Rule, $"Expected {rule}: {e.Message}");
        Assert.Contains(e.RuleId, e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(e.Expected);
        Assert.NotEmpty(e.Actual);
        if (offset is { } expected)
        {
            Assert.Equal(expected, e.OffsetBytes);
        }

        return e;
    }
}
