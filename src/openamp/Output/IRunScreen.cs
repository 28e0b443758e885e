// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Output;

/// <summary>Shows what firmware does while it runs: as lines for people, or as a JSON object a line.</summary>
/// <remarks>Called from any thread; it shows one thing at a time.</remarks>
internal interface IRunScreen
{
    /// <summary>What was loaded.</summary>
    void Loaded(string processor, string firmware);

    /// <summary>The processor's state has changed.</summary>
    void State(RemoteProcessorStateChange change);

    /// <summary>The firmware announced a service.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its address.</param>
    /// <param name="sinceStart">Of the first one: how long after this program began.</param>
    void Service(string name, uint address, TimeSpan? sinceStart);

    /// <summary>Something worth knowing now that the firmware runs.</summary>
    void Hint(string topic, string text);

    /// <summary>A line of a trace buffer.</summary>
    void Trace(TraceOrigin origin, TraceLine line);

    /// <summary>A line that the firmware's process wrote to its output or error output.</summary>
    void Output(string line, bool isError);

    /// <summary>All is over.</summary>
    void End(RunSummary summary);
}
