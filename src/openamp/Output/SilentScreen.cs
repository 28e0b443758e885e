// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>Shows nothing.</summary>
internal sealed class SilentScreen : IDemoScreen
{
    public void Begin(LinkSettings settings, int remoteProcessId)
    {
    }

    public Task ShowAsync(string step, ServiceSession session) => session.Ended;
}
