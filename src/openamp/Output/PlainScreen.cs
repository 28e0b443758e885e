// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Threading.Tasks;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>A line a step, for files and pipes.</summary>
internal sealed class PlainScreen : IDemoScreen
{
    public void Begin(LinkSettings settings, int remoteProcessId)
        => Console.Out.WriteLine(DemoTitle.Of(settings, remoteProcessId));

    public async Task ShowAsync(string step, ServiceSession session)
    {
        await session.Ended.ConfigureAwait(false);
        long expected = session.Service?.ExpectedMessages ?? 0;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{step}: {session.Totals.Messages:N0} of {expected:N0} messages, {session.Totals.Errors:N0} errors");
        await Console.Out.WriteLineAsync(line).ConfigureAwait(false);
    }
}
