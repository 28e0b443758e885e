// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>Shows how far the demo is: on a terminal, in a file, or not at all.</summary>
internal interface IDemoScreen
{
    /// <summary>Both processes are there.</summary>
    void Begin(LinkSettings settings, int remoteProcessId);

    /// <summary>Shows one step until it has ended, however it ends. Never throws because of the step.</summary>
    Task ShowAsync(string step, ServiceSession session);
}
