// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Output;

/// <summary>Shows nothing: somebody else has the terminal.</summary>
internal sealed class SilentRunScreen : IRunScreen
{
    public void Loaded(string processor, string firmware)
    {
    }

    public void State(RemoteProcessorStateChange change)
    {
    }

    public void Service(string name, uint address, TimeSpan? sinceStart)
    {
    }

    public void Hint(string topic, string text)
    {
    }

    public void Trace(TraceOrigin origin, TraceLine line)
    {
    }

    public void Output(string line, bool isError)
    {
    }

    public void End(RunSummary summary)
    {
    }
}
