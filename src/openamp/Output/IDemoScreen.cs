// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Threading.Tasks;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>Shows how far the demo is: on a terminal, in a file, or not at all.</summary>
internal interface IDemoScreen
{
    /// <summary>Both processes are there.</summary>
    void Begin(string title, IReadOnlyList<DemoStep> steps);

    /// <summary>Shows one step until it has ended, however it ends.</summary>
    Task ShowAsync(DemoStep step, IServiceProgress session);

    /// <summary>No step follows.</summary>
    Task EndAsync();
}
