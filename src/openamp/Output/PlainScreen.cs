// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>A line a step, for files and pipes.</summary>
internal sealed class PlainScreen : IDemoScreen
{
    public void Begin(string title, IReadOnlyList<DemoStep> steps) => Console.Out.WriteLine(title);

    public async Task ShowAsync(DemoStep step, IServiceProgress session)
    {
        await session.Ended.ConfigureAwait(false);
        SessionTotals totals = session.Totals;
        long expected = session.Service?.ExpectedMessages ?? 0;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{step.Name}: {totals.Messages:N0} of {expected:N0} messages, {totals.Errors:N0} errors");
        await Console.Out.WriteLineAsync(line).ConfigureAwait(false);
    }

    public Task EndAsync() => Task.CompletedTask;
}
