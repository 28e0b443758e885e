// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Threading.Tasks;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>Shows nothing.</summary>
internal sealed class SilentScreen : IDemoScreen
{
    public void Begin(string title, IReadOnlyList<DemoStep> steps)
    {
    }

    public Task ShowAsync(DemoStep step, IServiceProgress session) => session.Ended;

    public Task EndAsync() => Task.CompletedTask;
}
